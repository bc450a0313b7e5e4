import type { search as english } from '../en/search.ts';
import type { TextsLike } from '../texts.ts';

export const search: TextsLike<typeof english> = {
  title: '検索',
};
