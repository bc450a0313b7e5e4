/** The code of a key that an input method handles (UI Events, 8.3). */
const PROCESSED = 229;

/** Whether a key is about what an input method composes. Safari ends composing before it tells of the Enter that ends it. */
export function isComposing({
  isComposing: composes,
  keyCode,
}: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return composes || keyCode === PROCESSED;
}
