import type { photo as english } from '../en/photo.ts';
import type { TextsLike } from '../texts.ts';

export const photo: TextsLike<typeof english> = {
  title: '写真',
};
