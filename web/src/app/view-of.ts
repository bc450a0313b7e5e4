/** The view that an address shows: one photo after the other is the same view. */
export function viewOf(path: string): string {
  return path.startsWith('/photo/') ? '/photo' : path;
}
