import { addPatterns, type ConditionDialect } from '../condition-dialect.ts';
import { comparison, orderColumn } from '../keyset.ts';

/** Conditions that DuckDB evaluates quickly in a scan. */
export const DUCKDB_CONDITIONS: ConditionDialect = {
  addWords: addPatterns,

  addTags(where, user, tags) {
    if (tags.length === 0) return;
    const list = tags.map((tag) => where.bind(tag)).join(', ');
    // One pass over the tags, regardless of how many are wanted. A photo has each tag once.
    where.add(
      `id IN (SELECT photo_id FROM photo_tags WHERE user_id = ${user} AND tag IN (${list}) ` +
        `GROUP BY photo_id HAVING COUNT(*) = ${where.bind(tags.length)})`,
    );
  },

  addPosition(where, order, position, side) {
    const column = orderColumn(order);
    const sign = comparison(order, side);
    const value = where.bind(position.value);
    const id = where.bind(position.id);
    // The first term alone lets DuckDB skip blocks by their minimum and maximum.
    where.add(`${column} ${sign}= ${value} AND (${column} ${sign} ${value} OR id ${sign} ${id})`);
  },
};
