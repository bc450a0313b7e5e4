import type { en } from './en.ts';
import type { TextsLike } from './texts.ts';
import { frame } from './ja/frame.ts';
import { gallery } from './ja/gallery.ts';
import { home } from './ja/home.ts';
import { photo } from './ja/photo.ts';
import { photos } from './ja/photos.ts';
import { search } from './ja/search.ts';
import { settings } from './ja/settings.ts';
import { trash } from './ja/trash.ts';
import { upload } from './ja/upload.ts';

/** 日本語のすべての文言。機能ごとに一つのファイル。 */
export const ja: TextsLike<typeof en> = {
  frame,
  gallery,
  home,
  photo,
  photos,
  search,
  settings,
  trash,
  upload,
};
