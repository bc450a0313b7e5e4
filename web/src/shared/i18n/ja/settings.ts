import type { settings as english } from '../en/settings.ts';
import type { TextsLike } from '../texts.ts';

export const settings: TextsLike<typeof english> = {
  title: '設定',
};
