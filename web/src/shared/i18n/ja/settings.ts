import type { settings as english } from '../en/settings.ts';
import type { TextsLike } from '../texts.ts';

export const settings: TextsLike<typeof english> = {
  title: '設定',
  display: '表示',
  language: '言語',
  theme: { label: 'テーマ', system: 'システム', light: 'ライト', dark: 'ダーク' },
  pageSize: '1 ページの枚数',
  photos_other: '{{count, number}} 枚',
  timeZone: 'タイムゾーン',
  ownTimeZone: 'このデバイスに合わせる（{{zone}}）',
  kept: '設定はサーバーに保存され、ほかのデバイスにも反映されます。',
  failed: '設定を保存できませんでした。',
  again: 'もう一度試す',
  storage: {
    title: 'ストレージ',
    used: '{{used}} 使用中',
    usedOf: '{{quota}} 中 {{used}} 使用中',
    counts: '写真 {{photos}}、ゴミ箱 {{trashed}}',
    byType: 'ファイル形式ごとの使用容量',
    plot: 'ファイル形式ごとの使用容量のグラフ。数値は下の表にあります',
    type: '形式',
    photos: '枚数',
    size: 'サイズ',
  },
  account: {
    title: 'アカウント',
    dev: 'ローカル利用のため、ログインはありません。',
    signOut: 'ログアウト',
    signOutHint: 'ログアウトすると、このブラウザーに保存されているライブラリのデータは削除されます。',
  },
  shortcuts: 'キーボードショートカット',
};
