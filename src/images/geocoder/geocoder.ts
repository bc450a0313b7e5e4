import { around, distance } from 'geokdbush';
import { Gazetteer } from './gazetteer.ts';

export interface Place {
  city: string | null;
  /** In English. */
  country: string | null;
}

/** Farther from any place than this is wilderness or sea. */
const MAX_DISTANCE_KM = 75;
/** No city's own ground reaches farther: the square root of 25 million over PEOPLE_PER_KM. */
const MAX_REACH_KM = 35;
/** Square root of the people to a kilometre of a city's radius: New York 19 km, Paris 10, a town of ten thousand 0.7. */
const PEOPLE_PER_KM = 150;
const FEWEST_PEOPLE = 1000;

const countryNames = new Intl.DisplayNames(['en'], { type: 'region' });
let gazetteer: Gazetteer | undefined;

/**
 * The city and the country of a point (degrees, WGS 84). A city on whose ground the point lies comes before a village that
 * happens to be nearer; off any, the nearest edge counts. Both are null at sea. The first call in a process reads the list.
 */
export function reverseGeocode(latitude: number, longitude: number): Place {
  gazetteer ??= new Gazetteer();
  const places = gazetteer;
  const near = (count: number, kilometres: number, accept?: (id: number) => boolean) =>
    around(places.tree, longitude, latitude, count, kilometres, accept);

  const [nearest] = near(1, MAX_DISTANCE_KM);
  if (nearest === undefined) return { city: null, country: null };
  const country = places.country(nearest);
  // Across a border lies another country's city, however large.
  const accept = (id: number) => places.isCity(id) && places.country(id) === country;
  const within = near(Infinity, MAX_REACH_KM, accept);
  const candidates = within.length > 0 ? within : near(1, MAX_DISTANCE_KM, accept);
  let best: { id: number; rank: number } | null = null;
  for (const id of candidates) {
    const away = distance(longitude, latitude, ...places.coordinates(id));
    const rank = rankOf(away, Math.sqrt(Math.max(places.population(id), FEWEST_PEOPLE)) / PEOPLE_PER_KM);
    if (!best || rank < best.rank) best = { id, rank };
  }
  return { city: best && places.name(best.id), country: countryNames.of(country) ?? null };
}

/** On a city's ground, how far out (0 to 1); off it, 1 and the kilometres to its edge. */
function rankOf(away: number, reach: number): number {
  return away <= reach ? away / reach : 1 + away - reach;
}
