import { wordGrams } from '../../../search/grams.ts';
import { queryWords } from '../../../search/folding.ts';
import { hideLikeCharacters } from '../../../search/search-text.ts';
import { addPatterns, type ConditionDialect } from '../condition-dialect.ts';
import { comparison, orderColumn } from '../keyset.ts';

/** Conditions for a scan along an index of the order: words are compared with the text of each row. */
export const SCAN_CONDITIONS: ConditionDialect = {
  addWords: addPatterns,

  addTags(where, user, tags) {
    // Two EXISTS took 13 ms for a million photos, and IN with GROUP BY a second.
    for (const tag of tags)
      where.add(
        `EXISTS (SELECT 1 FROM photo_tags WHERE photo_tags.user_id = ${user} AND photo_tags.tag = ${where.bind(tag)} ` +
          'AND photo_tags.photo_id = photos.id)',
      );
  },

  addPosition(where, order, position, side) {
    const value = where.bind(position.value);
    const id = where.bind(position.id);
    // A comparison of rows is one range of an index on (column, id).
    where.add(`(${orderColumn(order)}, id) ${comparison(order, side)} (${value}, ${id})`);
  },
};

/** Conditions for a search through the index of grams, which finds candidates; the text of each row decides. */
export const INDEX_CONDITIONS: ConditionDialect = {
  ...SCAN_CONDITIONS,

  addWords(where, query) {
    const grams = [...new Set(queryWords(query).flatMap((word) => wordGrams(hideLikeCharacters(word))))];
    if (grams.length === 0) return;
    where.add(`grams @> ARRAY[${grams.map((gram) => where.bind(gram)).join(', ')}]::TEXT[]`);
    addPatterns(where, query);
  },
};
