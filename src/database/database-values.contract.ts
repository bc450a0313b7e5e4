import type { ContractTable } from './testing/contract-table.ts';
import type { SqlValue } from './database.ts';

/** Values are stored, found and ordered correctly. */
export function describeValues(fixture: ContractTable): void {
  describe('values', () => {
    it.each<[string, string, SqlValue]>([
      ['a text', 'slug', 'plain'],
      ['an empty text', 'slug', ''],
      ['emoji and accents', 'slug', 'Zoë 👩‍👩‍👧 Ångström 日本 🏳️‍🌈'],
      ['quotes, percent, backslash, line endings', 'slug', `'; DROP TABLE x; -- " % _ \\ \r\n\t $1`],
      ['a long text', 'note', 'é'.repeat(300_000)],
      ['zero', 'n', 0],
      ['a 32-bit number', 'i', -2_147_483_648],
      ['a 32-bit number in 64 bits', 'n', 2_147_483_647],
      ['a number beyond 32 bits', 'n', 2_147_483_648],
      ['the largest integer', 'n', Number.MAX_SAFE_INTEGER],
      ['the smallest integer', 'n', Number.MIN_SAFE_INTEGER],
      ['a fraction', 'd', -0.1],
      ['a tiny fraction', 'd', 5e-324],
      ['an integer in a DOUBLE column', 'd', 3],
      ['true', 'b', true],
      ['false', 'b', false],
      ['a timestamp', 't', new Date('2024-05-01T09:30:00.123Z')],
      ['a timestamp before 1970', 't', new Date('1901-12-31T23:59:59.999Z')],
      ['a timestamp in the distant future', 't', new Date('9999-12-31T23:59:59.999Z')],
      ['a local time that daylight saving skips in some zones', 't', new Date('2024-03-31T02:30:00.000Z')],
      ['null in a text column', 'slug', null],
      ['null in a number column', 'n', null],
      ['null in a timestamp column', 't', null],
      ['null in a boolean column', 'b', null],
    ])('returns %s unchanged', async (_case, column, value) => {
      await fixture.run(`INSERT INTO ${fixture.table} (id, ${column}) VALUES ($1, $2)`, ['x', value]);
      expect(await fixture.database.query(`SELECT ${column} AS value FROM ${fixture.table}`)).toEqual([
        { value },
      ]);
    });

    it('finds rows by values of every type, and by IS NULL', async () => {
      const at = new Date('2024-05-01T09:30:00.123Z');
      await fixture.run(`INSERT INTO ${fixture.table} (id, n, d, b, t) VALUES ($1, $2, $3, $4, $5)`, [
        'x',
        5e12,
        0.5,
        true,
        at,
      ]);
      const found = await fixture.database.query(
        `SELECT id FROM ${fixture.table} WHERE n = $1 AND d = $2 AND b = $3 AND t = $4 AND slug IS NULL`,
        [5e12, 0.5, true, at],
      );
      expect(found).toEqual([{ id: 'x' }]);
      expect(await fixture.database.query(`SELECT id FROM ${fixture.table} WHERE t < $1`, [at])).toEqual([]);
    });

    it('returns counts, sums and averages as numbers', async () => {
      await fixture.insert('a', 3_000_000_000);
      await fixture.insert('b', 3_000_000_001);
      const rows = await fixture.database.query(
        `SELECT count(*) AS rows, CAST(sum(n) AS BIGINT) AS total, CAST(avg(n) AS DOUBLE PRECISION) AS mean,
         CAST(12.50 AS DECIMAL(6, 2)) AS price FROM ${fixture.table}`,
      );
      expect(rows).toEqual([{ rows: 2, total: 6_000_000_001, mean: 3_000_000_000.5, price: 12.5 }]);
    });

    it('refuses to return an integer that a JavaScript number cannot represent', async () => {
      await expect(fixture.database.query('SELECT CAST(9007199254740993 AS BIGINT) AS n')).rejects.toThrow(
        RangeError,
      );
      expect(await fixture.database.query('SELECT CAST(9007199254740991 AS BIGINT) AS n')).toEqual([
        { n: 2 ** 53 - 1 },
      ]);
    });

    it.each([
      ['an integer beyond 2^53 - 1', 2 ** 53],
      ['NaN', Number.NaN],
      ['infinity', Number.POSITIVE_INFINITY],
      ['an invalid Date', new Date(Number.NaN)],
    ])('refuses %s as a parameter', async (_case, value) => {
      await expect(
        fixture.database.query(`SELECT id FROM ${fixture.table} WHERE n = $1`, [value]),
      ).rejects.toThrow(TypeError);
      await expect(
        fixture.run(`INSERT INTO ${fixture.table} (id, n) VALUES ('x', $1)`, [value]),
      ).rejects.toThrow(TypeError);
      expect(await fixture.ids()).toEqual([]);
    });

    it('refuses too few and too many parameters', async () => {
      await expect(fixture.database.query(`SELECT id FROM ${fixture.table} WHERE n = $1`)).rejects.toThrow();
      await expect(
        fixture.database.query(`SELECT id FROM ${fixture.table} WHERE n = $1`, [1, 2]),
      ).rejects.toThrow();
    });

    it('accepts values of another type when a statement is repeated', async () => {
      const sql = `INSERT INTO ${fixture.table} (id, n, d) VALUES ($1, $2, $3)`;
      await fixture.run(sql, ['a', 1, 1]);
      await fixture.run(sql, ['b', null, 0.5]);
      await fixture.run(sql, ['c', 5_000_000_000, null]);
      expect(await fixture.database.query(`SELECT n, d FROM ${fixture.table} ORDER BY id`)).toEqual([
        { n: 1, d: 1 },
        { n: null, d: 0.5 },
        { n: 5_000_000_000, d: null },
      ]);
    });

    it('returns the current rows when a statement is repeated', async () => {
      const sql = `SELECT count(*) AS rows FROM ${fixture.table} WHERE n > 100 AND b IS NULL`;
      await fixture.insert('a', 0);
      for (let read = 0; read < 5; read++) expect(await fixture.database.query(sql)).toEqual([{ rows: 0 }]);
      await fixture.run(`UPDATE ${fixture.table} SET n = 500`);
      for (let read = 0; read < 5; read++) expect(await fixture.database.query(sql)).toEqual([{ rows: 1 }]);
      await fixture.run(`UPDATE ${fixture.table} SET b = TRUE`);
      for (let read = 0; read < 5; read++) expect(await fixture.database.query(sql)).toEqual([{ rows: 0 }]);
    });

    it('orders text by its bytes, and nulls as requested', async () => {
      const slugs = ['b', 'B', 'é', 'z', '', null, '🙂'];
      for (const [index, slug] of slugs.entries()) {
        await fixture.run(`INSERT INTO ${fixture.table} (id, slug) VALUES ($1, $2)`, [`r${index}`, slug]);
      }
      expect(await fixture.slugsOrderedBy('slug NULLS LAST')).toEqual(['', 'B', 'b', 'z', 'é', '🙂', null]);
      expect(await fixture.slugsOrderedBy('slug DESC NULLS LAST')).toEqual([
        '🙂',
        'é',
        'z',
        'b',
        'B',
        '',
        null,
      ]);
      expect((await fixture.slugsOrderedBy('slug DESC'))[0]).toBeNull();
    });
  });
}
