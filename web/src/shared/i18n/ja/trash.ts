import type { trash as english } from '../en/trash.ts';
import type { TextsLike } from '../texts.ts';

export const trash: TextsLike<typeof english> = {
  title: 'ゴミ箱',
  about_other: 'ゴミ箱に移してから {{count, number}} 日後に、完全に削除されます。',
  empty: 'ゴミ箱を空にする',
  selection: '選択',
  photos_other: '{{count, number}} 枚',
  selected_other: '{{count, number}} 枚を選択中',
  selectAll: 'すべて選択',
  clear: '選択を解除',
  restore: '復元',
  delete: '完全に削除',
  open: '{{name}} を表示',
  daysLeft_other: 'あと {{count, number}} 日',
  askDelete_other: '{{count, number}} 枚の写真を完全に削除しますか？',
  askDeleteAdvice: 'オリジナルも削除されます。この操作は取り消せません。',
  typeCount_other: '確認のため「{{count}}」と入力してください',
  deleteCount_other: '{{count, number}} 枚を削除',
  deleting: '削除しています',
  deletedOf: '{{all}} 枚中 {{done}} 枚',
  deleted_other: '{{count, number}} 枚を完全に削除しました',
  deleteFailed_other:
    '{{count, number}} 枚を削除できませんでした。ゴミ箱に残っています。もう一度お試しください。',
  listFailed: 'ゴミ箱を最後まで読み込めませんでした。もう一度お試しください。',
  nothing: 'ゴミ箱は空です',
  nothingAdvice_other: '削除した写真は {{count, number}} 日間ここに残り、その間は復元できます。',
  toGallery: 'ギャラリーへ',
};
