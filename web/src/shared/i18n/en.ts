import { frame } from './en/frame.ts';
import { gallery } from './en/gallery.ts';
import { home } from './en/home.ts';
import { photo } from './en/photo.ts';
import { photos } from './en/photos.ts';
import { search } from './en/search.ts';
import { settings } from './en/settings.ts';
import { trash } from './en/trash.ts';
import { upload } from './en/upload.ts';

/** All English texts, one file for each feature. `photos` has the messages about changes and downloads of photos. */
export const en = { frame, gallery, home, photo, photos, search, settings, trash, upload } as const;
