import editPhotos from './examples/edit-photos.graphql?raw';
import libraryChanged from './examples/library-changed.graphql?raw';
import newestPhotos from './examples/newest-photos.graphql?raw';
import search from './examples/search.graphql?raw';
import stagedUpload from './examples/staged-upload.graphql?raw';
import timeline from './examples/timeline.graphql?raw';
import uploadPhotos from './examples/upload-photos.graphql?raw';
import whoAmI from './examples/who-am-i.graphql?raw';

const tab = (query: string, variables?: object) => ({
  query,
  variables: variables ? JSON.stringify(variables, null, 2) : null,
});

/** The initial tabs of the playground. */
export const EXAMPLES = [
  tab(whoAmI),
  tab(uploadPhotos),
  tab(newestPhotos, { first: 10, after: null }),
  tab(timeline, { month: '2024-05' }),
  tab(search, { filter: { query: 'beach' } }),
  tab(stagedUpload, {
    uploads: [
      {
        filename: 'beach.jpg',
        contentType: 'image/jpeg',
        sizeBytes: 2_048_576,
        checksum: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      },
    ],
    ids: ['the id of a target'],
  }),
  tab(editPhotos, {
    ids: ['the id of a photo'],
    patch: { title: 'At the beach', addTags: ['beach', 'summer'], isFavorite: true },
  }),
  tab(libraryChanged),
];
