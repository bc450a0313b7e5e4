import type { search as english } from '../en/search.ts';
import type { TextsLike } from '../texts.ts';

export const search: TextsLike<typeof english> = {
  title: '検索',
  titleOf: '「{{words}}」の検索結果',
  advice:
    'ファイル名、タイトル、説明、タグ、カメラ、撮影地から探します。入力した語をすべて含む写真が見つかります。大文字と小文字、全角と半角は区別しません。',
  found_other: '{{count, number}} 枚',
  foundMore_other: '{{count, number}} 枚以上',
  recent: '最近の検索',
  forget: '「{{words}}」を履歴から消す',
  forgetAll: 'すべて消す',
  tags: 'タグから探す',
  nothing: {
    title: '「{{words}}」に一致する写真はありません',
    advice: '語を減らすか、一部だけを入力してお試しください。すべての語を含む写真だけが見つかります。',
    single: '一つの語だけで探す',
  },
  in: {
    filename: 'ファイル名:',
    tag: 'タグ:',
    place: '撮影地:',
    camera: 'カメラ:',
    description: '説明:',
  },
};
