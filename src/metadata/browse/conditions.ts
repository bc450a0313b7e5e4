import type { SqlValue } from '../../database/database.ts';
import type { TimeRange } from './photo-filter.ts';

/**
 * SQL conditions joined by AND, with the parameters they use. `bind` adds a parameter and returns its placeholder.
 */
export class Conditions {
  readonly params: SqlValue[];
  readonly #terms: string[] = [];

  /** @param params the parameters of the statement so far */
  constructor(params: SqlValue[] = []) {
    this.params = params;
  }

  bind(value: SqlValue): string {
    this.params.push(value);
    return `$${this.params.length}`;
  }

  /** Further conditions of the same statement, joined separately. */
  sharingParams(): Conditions {
    return new Conditions(this.params);
  }

  add(term: string): this {
    this.#terms.push(term);
    return this;
  }

  /** Adds `column = $n`, or nothing if `value` is null or undefined. */
  equal(column: string, value: SqlValue | undefined): void {
    if (value != null) this.add(`${column} = ${this.bind(value)}`);
  }

  /** Adds the condition that `column` is in the half-open range. A missing limit adds nothing. */
  between(column: string, range: TimeRange | null | undefined): void {
    if (range?.from) this.add(`${column} >= ${this.bind(range.from)}`);
    if (range?.to) this.add(`${column} < ${this.bind(range.to)}`);
  }

  toString(): string {
    return this.#terms.join(' AND ');
  }
}
