import type { gallery as english } from '../en/gallery.ts';
import type { TextsLike } from '../texts.ts';

export const gallery: TextsLike<typeof english> = {
  title: 'ギャラリー',
};
