import type { trash as english } from '../en/trash.ts';
import type { TextsLike } from '../texts.ts';

export const trash: TextsLike<typeof english> = {
  title: 'ゴミ箱',
};
