import type { upload as english } from '../en/upload.ts';
import type { TextsLike } from '../texts.ts';

export const upload: TextsLike<typeof english> = {
  title: 'アップロード',
};
