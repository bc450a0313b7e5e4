import type { ContractRows } from './testing/rows.ts';
import type { SqlValue } from './database.ts';

/** What goes in comes out, and is found and ordered as it should be. */
export function describeValues(on: ContractRows): void {
  describe('values', () => {
    it.each<[string, string, SqlValue]>([
      ['a text', 'slug', 'plain'],
      ['an empty text', 'slug', ''],
      ['emoji and accents', 'slug', 'Zoë 👩‍👩‍👧 Ångström 日本 🏳️‍🌈'],
      ['quotes, percent, backslash, line ends', 'slug', `'; DROP TABLE x; -- " % _ \\ \r\n\t $1`],
      ['a long text', 'slug', 'é'.repeat(300_000)],
      ['zero', 'n', 0],
      ['a 32-bit number', 'i', -2_147_483_648],
      ['a 32-bit number in 64 bits', 'n', 2_147_483_647],
      ['a number beyond 32 bits', 'n', 2_147_483_648],
      ['the largest whole number', 'n', Number.MAX_SAFE_INTEGER],
      ['the smallest whole number', 'n', Number.MIN_SAFE_INTEGER],
      ['a fraction', 'd', -0.1],
      ['a tiny fraction', 'd', 5e-324],
      ['a whole number in a DOUBLE column', 'd', 3],
      ['true', 'b', true],
      ['false', 'b', false],
      ['an instant', 't', new Date('2024-05-01T09:30:00.123Z')],
      ['an instant before 1970', 't', new Date('1901-12-31T23:59:59.999Z')],
      ['an instant far from now', 't', new Date('9999-12-31T23:59:59.999Z')],
      ['a day that summer time skips somewhere', 't', new Date('2024-03-31T02:30:00.000Z')],
      ['no text', 'slug', null],
      ['no number', 'n', null],
      ['no instant', 't', null],
      ['no answer', 'b', null],
    ])('gives back %s as it was', async (_what, column, value) => {
      await on.run(`INSERT INTO ${on.table} (id, ${column}) VALUES ($1, $2)`, ['x', value]);
      expect(await on.database.query(`SELECT ${column} AS value FROM ${on.table}`)).toEqual([{ value }]);
    });

    it('finds rows by values of every type, and by null where it is asked for', async () => {
      const at = new Date('2024-05-01T09:30:00.123Z');
      await on.run(`INSERT INTO ${on.table} (id, n, d, b, t) VALUES ($1, $2, $3, $4, $5)`, [
        'x',
        5e12,
        0.5,
        true,
        at,
      ]);
      const found = await on.database.query(
        `SELECT id FROM ${on.table} WHERE n = $1 AND d = $2 AND b = $3 AND t = $4 AND slug IS NULL`,
        [5e12, 0.5, true, at],
      );
      expect(found).toEqual([{ id: 'x' }]);
      expect(await on.database.query(`SELECT id FROM ${on.table} WHERE t < $1`, [at])).toEqual([]);
    });

    it('gives counts, sums and averages as numbers', async () => {
      await on.insert('a', 3_000_000_000);
      await on.insert('b', 3_000_000_001);
      const rows = await on.database.query(
        `SELECT count(*) AS rows, CAST(sum(n) AS BIGINT) AS total, CAST(avg(n) AS DOUBLE PRECISION) AS mean,
         CAST(12.50 AS DECIMAL(6, 2)) AS price FROM ${on.table}`,
      );
      expect(rows).toEqual([{ rows: 2, total: 6_000_000_001, mean: 3_000_000_000.5, price: 12.5 }]);
    });

    it('refuses to give a whole number that a JavaScript number cannot hold', async () => {
      await expect(on.database.query('SELECT CAST(9007199254740993 AS BIGINT) AS n')).rejects.toThrow(
        RangeError,
      );
      expect(await on.database.query('SELECT CAST(9007199254740991 AS BIGINT) AS n')).toEqual([
        { n: 2 ** 53 - 1 },
      ]);
    });

    it.each([
      ['a whole number beyond 2^53', 2 ** 53],
      ['not a number', Number.NaN],
      ['infinity', Number.POSITIVE_INFINITY],
      ['an invalid Date', new Date(Number.NaN)],
    ])('refuses %s as a parameter', async (_what, value) => {
      await expect(on.database.query(`SELECT id FROM ${on.table} WHERE n = $1`, [value])).rejects.toThrow(
        TypeError,
      );
      await expect(on.run(`INSERT INTO ${on.table} (id, n) VALUES ('x', $1)`, [value])).rejects.toThrow(
        TypeError,
      );
      expect(await on.ids()).toEqual([]);
    });

    it('refuses too few and too many parameters', async () => {
      await expect(on.database.query(`SELECT id FROM ${on.table} WHERE n = $1`)).rejects.toThrow();
      await expect(on.database.query(`SELECT id FROM ${on.table} WHERE n = $1`, [1, 2])).rejects.toThrow();
    });

    it('takes values of another type for a statement that it has run before', async () => {
      const sql = `INSERT INTO ${on.table} (id, n, d) VALUES ($1, $2, $3)`;
      await on.run(sql, ['a', 1, 1]);
      await on.run(sql, ['b', null, 0.5]);
      await on.run(sql, ['c', 5_000_000_000, null]);
      expect(await on.database.query(`SELECT n, d FROM ${on.table} ORDER BY id`)).toEqual([
        { n: 1, d: 1 },
        { n: null, d: 0.5 },
        { n: 5_000_000_000, d: null },
      ]);
    });

    it('answers a statement that it has run before by the rows of today', async () => {
      const sql = `SELECT count(*) AS rows FROM ${on.table} WHERE n > 100 AND b IS NULL`;
      await on.insert('a', 0);
      for (let read = 0; read < 5; read++) expect(await on.database.query(sql)).toEqual([{ rows: 0 }]);
      await on.run(`UPDATE ${on.table} SET n = 500`);
      for (let read = 0; read < 5; read++) expect(await on.database.query(sql)).toEqual([{ rows: 1 }]);
      await on.run(`UPDATE ${on.table} SET b = TRUE`);
      for (let read = 0; read < 5; read++) expect(await on.database.query(sql)).toEqual([{ rows: 0 }]);
    });

    it('orders text by its bytes, and nulls where they are asked to be', async () => {
      const slugs = ['b', 'B', 'é', 'z', '', null, '🙂'];
      for (const [index, slug] of slugs.entries()) {
        await on.run(`INSERT INTO ${on.table} (id, slug) VALUES ($1, $2)`, [`r${index}`, slug]);
      }
      expect(await on.slugsBy('slug NULLS LAST')).toEqual(['', 'B', 'b', 'z', 'é', '🙂', null]);
      expect(await on.slugsBy('slug DESC NULLS LAST')).toEqual(['🙂', 'é', 'z', 'b', 'B', '', null]);
      expect((await on.slugsBy('slug DESC'))[0]).toBeNull();
    });
  });
}
