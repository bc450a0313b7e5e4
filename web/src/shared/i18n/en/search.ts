export const search = {
  title: 'Search',
  titleOf: 'Search: {{words}}',
  advice:
    'Searches file names, titles, descriptions, tags, cameras and places. A photo must contain all words. Case, character width and accents are ignored.',
  found_one: '{{count, number}} photo',
  found_other: '{{count, number}} photos',
  foundMore_one: 'More than {{count, number}} photo',
  foundMore_other: 'More than {{count, number}} photos',
  recent: 'Recent searches',
  forget: 'Remove “{{words}}” from recent searches',
  forgetAll: 'Clear',
  tags: 'Search by tag',
  nothing: {
    title: 'Nothing found for “{{words}}”',
    advice: 'Only photos that contain all words are found. Try fewer or shorter words.',
    single: 'Search for a single word',
  },
  in: {
    filename: 'File name:',
    tag: 'Tag:',
    place: 'Place:',
    camera: 'Camera:',
    description: 'Description:',
  },
} as const;
