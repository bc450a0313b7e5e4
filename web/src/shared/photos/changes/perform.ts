import { t } from 'i18next';
import { showToast } from '../../ui/toast.tsx';
import { inBatches } from './batches.ts';
import { type PhotoChange, refreshLibrary, showChange } from './library-cache.ts';

type Change = (ids: string[]) => Promise<readonly { __typename: string }[]>;

export interface Action {
  ids: readonly string[];
  /** The change that is shown immediately. */
  change: Omit<PhotoChange, 'ids'>;
  /** Sends a batch of ids, and returns the outcome for each. */
  send: Change;
  /** The message of success for a number of photos. */
  message: (count: number) => string;
  /** Reverts the action for the photos that were changed. Without it, the toast has no Undo. */
  undo?: Change | undefined;
}

/**
 * Shows a change immediately, sends it, and shows toasts about the result, with an Undo for the photos that were changed.
 * Afterwards refreshes the queries, so that failed changes disappear.
 */
export async function perform({ ids, change, send, message, undo }: Action): Promise<void> {
  if (ids.length === 0) {
    showToast({ text: t('nothingToDo', { ns: 'photos' }) });
    return;
  }
  showChange({ ids: new Set(ids), ...change });
  const { outcomes } = await inBatches(ids, send);
  refreshLibrary();
  const done = ids.filter((_, index) => outcomes[index]?.__typename === 'Photo');
  showFailures(ids.length - outcomes.length, outcomes.length - done.length, ids.length);
  if (done.length > 0) showToast({ text: message(done.length), ...undoAction(done, undo) });
}

/**
 * @param unsent number of photos without an outcome, because of an error
 * @param gone number of photos that no longer exist
 */
function showFailures(unsent: number, gone: number, all: number): void {
  if (gone > 0) showToast({ text: t('someFailed', { ns: 'photos', count: gone }), tone: 'danger' });
  if (unsent === 0) return;
  const text = unsent === all ? t('failed', { ns: 'photos' }) : t('notAll', { ns: 'photos', count: unsent });
  showToast({ text, tone: 'danger' });
}

function undoAction(ids: string[], undo: Action['undo']) {
  if (!undo) return {};
  const run = async () => {
    const { outcomes } = await inBatches(ids, undo);
    refreshLibrary();
    const undone = outcomes.filter(({ __typename }) => __typename === 'Photo').length;
    showFailures(ids.length - outcomes.length, outcomes.length - undone, ids.length);
    if (undone > 0) showToast({ text: t('undone', { ns: 'photos' }) });
  };
  return { action: { label: t('undo'), run: () => void run(), isUndo: true } };
}
