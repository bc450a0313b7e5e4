import type { ClientBase } from 'pg';
import type { Row } from '../database.ts';
import { WorkTransaction } from '../work-transaction.ts';
import { translate } from './errors.ts';
import { assertAllowed } from './sql.ts';
import { toParameters } from './values.ts';

/** A unit of work on a connection whose transaction has begun. */
export function transactionOn(client: ClientBase): WorkTransaction {
  return new WorkTransaction({
    execute: async (sql, params) => {
      assertAllowed(sql);
      const { command, rowCount, rows } = await client.query<Row>(sql, toParameters(params));
      return { rows, changed: command === 'SELECT' ? 0 : (rowCount ?? 0), hadEffect: true };
    },
    translate,
  });
}
