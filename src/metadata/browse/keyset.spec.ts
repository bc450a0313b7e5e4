import { orderBy } from './keyset.ts';
import { Conditions } from './conditions.ts';
import { DUCKDB_CONDITIONS } from './duckdb/duckdb-conditions.ts';
import { OrderDirection, type PhotoOrder, PhotoOrderField } from './photo-filter.ts';
import { SCAN_CONDITIONS } from './postgres/postgres-conditions.ts';

const order = (field: PhotoOrderField, direction = OrderDirection.DESC): PhotoOrder => ({ field, direction });

describe('an order', () => {
  it('is total, and is reversed for reading backwards', () => {
    expect(orderBy(order(PhotoOrderField.TAKEN_AT), false)).toBe('taken_at_local DESC, id DESC');
    expect(orderBy(order(PhotoOrderField.TAKEN_AT), true)).toBe('taken_at_local ASC, id ASC');
  });

  it.each([
    [OrderDirection.DESC, 'after', '<'],
    [OrderDirection.DESC, 'before', '>'],
    [OrderDirection.ASC, 'after', '>'],
    [OrderDirection.ASC, 'before', '<'],
  ] as const)('%s: photos that come %s a position are %s it', (direction, side, sign) => {
    const size = order(PhotoOrderField.SIZE, direction);
    const position = { value: 7, id: 'x' };
    const duckDb = new Conditions();
    DUCKDB_CONDITIONS.addPosition(duckDb, size, position, side);
    expect(String(duckDb)).toBe(`size_bytes ${sign}= $1 AND (size_bytes ${sign} $1 OR id ${sign} $2)`);
    const postgres = new Conditions();
    SCAN_CONDITIONS.addPosition(postgres, size, position, side);
    expect(String(postgres)).toBe(`(size_bytes, id) ${sign} ($1, $2)`);
    expect([duckDb.params, postgres.params]).toEqual([position, position].map(Object.values));
  });
});
