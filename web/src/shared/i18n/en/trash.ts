export const trash = {
  title: 'Trash',
} as const;
