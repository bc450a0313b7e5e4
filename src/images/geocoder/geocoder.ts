import { around, distance } from 'geokdbush';
import { Gazetteer } from './gazetteer.ts';

export interface Place {
  city: string | null;
  /** In English. */
  country: string | null;
}

/** A point that is farther than this from every place is in the wilderness or at sea. */
const MAX_DISTANCE_KM = 75;
/** No city has a larger radius: the square root of 25 million inhabitants, divided by ROOT_POPULATION_PER_KM. */
const MAX_RADIUS_KM = 35;
/**
 * The square root of a city's population per kilometre of its radius: New York has a radius of 19 km, Paris 10 km,
 * and a town of ten thousand inhabitants 0.7 km.
 */
const ROOT_POPULATION_PER_KM = 150;
const MIN_POPULATION = 1000;

const countryNames = new Intl.DisplayNames(['en'], { type: 'region' });
let gazetteer: Gazetteer | undefined;

/**
 * Returns the city and the country of a point (degrees, WGS 84). A city whose radius includes the point takes
 * precedence over a nearer village. Outside of all cities, the city with the nearest edge is returned. Both values
 * are null at sea. The first call in a process loads the gazetteer.
 */
export function reverseGeocode(latitude: number, longitude: number): Place {
  gazetteer ??= new Gazetteer();
  const places = gazetteer;
  const near = (count: number, kilometres: number, accept?: (id: number) => boolean) =>
    around(places.tree, longitude, latitude, count, kilometres, accept);

  const [nearest] = near(1, MAX_DISTANCE_KM);
  if (nearest === undefined) return { city: null, country: null };
  const country = places.country(nearest);
  // A city in another country is never returned, however large it is.
  const accept = (id: number) => places.isCity(id) && places.country(id) === country;
  const within = near(Infinity, MAX_RADIUS_KM, accept);
  const candidates = within.length > 0 ? within : near(1, MAX_DISTANCE_KM, accept);
  let best: { id: number; rank: number } | null = null;
  for (const id of candidates) {
    const distanceKm = distance(longitude, latitude, ...places.coordinates(id));
    const population = Math.max(places.population(id), MIN_POPULATION);
    const rank = rankOf(distanceKm, Math.sqrt(population) / ROOT_POPULATION_PER_KM);
    if (!best || rank < best.rank) best = { id, rank };
  }
  return { city: best && places.name(best.id), country: countryNames.of(country) ?? null };
}

/** Within a city's radius, the distance as a fraction of the radius; outside, 1 plus the kilometres to its edge. */
function rankOf(distanceKm: number, radius: number): number {
  return distanceKm <= radius ? distanceKm / radius : 1 + distanceKm - radius;
}
