export const search = {
  title: 'Search',
  titleOf: 'Search: {{words}}',
  advice:
    'File names, titles, descriptions, tags, cameras and places are searched. All the words have to occur; upper and lower case, width and accents make no difference.',
  found_one: '{{count, number}} photo',
  found_other: '{{count, number}} photos',
  foundMore_one: 'More than {{count, number}} photo',
  foundMore_other: 'More than {{count, number}} photos',
  recent: 'Recent searches',
  forget: 'Forget “{{words}}”',
  forgetAll: 'Clear',
  tags: 'Search by tag',
  nothing: {
    title: 'Nothing found for “{{words}}”',
    advice: 'All the words have to occur in one photo. Try fewer, or a shorter part of one.',
    single: 'Search for one of the words',
  },
  in: {
    filename: 'File name:',
    tag: 'Tag:',
    place: 'Place:',
    camera: 'Camera:',
    description: 'Description:',
  },
} as const;
