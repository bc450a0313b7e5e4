/** The code of a key that an input method handles (UI Events, 8.3). */
const PROCESSED = 229;

/** Whether a key belongs to the composition of an input method. Safari ends the composition before the event of its Enter. */
export function isComposing({
  isComposing: composes,
  keyCode,
}: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return composes || keyCode === PROCESSED;
}
