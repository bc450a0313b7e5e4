import type { photos as english } from '../en/photos.ts';
import type { TextsLike } from '../texts.ts';

export const photos: TextsLike<typeof english> = {
  favorited_other: '{{count, number}} 枚をお気に入りに追加しました',
  unfavorited_other: '{{count, number}} 枚をお気に入りから外しました',
  madePrivate_other: '{{count, number}} 枚を非公開にしました',
  madePublic_other: '{{count, number}} 枚の非公開を解除しました',
  tagged_other: '{{count, number}} 枚にタグ「{{tag}}」を付けました',
  untagged_other: '{{count, number}} 枚からタグ「{{tag}}」を外しました',
  trashed_other: '{{count, number}} 枚をゴミ箱に移しました',
  restored_other: '{{count, number}} 枚を復元しました',
  undone: '元に戻しました',
  nothingToDo: '変更はありません',
  someFailed_other: '{{count, number}} 枚はすでに削除されています',
  failed: '処理できませんでした。変更はありません。',
  notAll_other: '途中で問題が発生し、{{count, number}} 枚は処理できませんでした。もう一度お試しください。',
  downloading_other: '{{count, number}} 枚のオリジナルをダウンロードしています',
  downloadingOf_other: '{{count, number}} 枚中 {{done, number}} 枚のオリジナルをダウンロードしています',
  downloaded_other: '{{count, number}} 枚のオリジナルをダウンロードしました',
  downloadFailed: 'ダウンロードが中断されました。もう一度お試しください。',
};
