import type { home as english } from '../en/home.ts';
import type { TextsLike } from '../texts.ts';

export const home: TextsLike<typeof english> = {
  title: 'ホーム',
};
