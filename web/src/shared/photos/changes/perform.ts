import { t } from 'i18next';
import { showToast } from '../../ui/toast.tsx';
import { inBatches } from './batches.ts';
import { type PhotoChange, refreshLibrary, showChange } from './library-cache.ts';

type Change = (ids: string[]) => Promise<readonly { __typename: string }[]>;

export interface Action {
  ids: readonly string[];
  /** What is shown at once. */
  change: Omit<PhotoChange, 'ids'>;
  /** Does it to a batch, and tells what became of each photo. */
  send: Change;
  /** What is said of so many photos. */
  said: (count: number) => string;
  /** Takes it back for those that it was done to; left out where it cannot be. */
  undo?: Change | undefined;
}

/**
 * Shows a change, does it, and says what came of it, with an Undo of what was done. What is true is shown again in the
 * end, whatever failed.
 */
export async function perform({ ids, change, send, said, undo }: Action): Promise<void> {
  if (ids.length === 0) {
    showToast({ text: t('nothingToDo', { ns: 'photos' }) });
    return;
  }
  showChange({ ids: new Set(ids), ...change });
  const { outcomes } = await inBatches(ids, send);
  refreshLibrary();
  const done = ids.filter((_, at) => outcomes[at]?.__typename === 'Photo');
  sayFailures(ids.length - outcomes.length, outcomes.length - done.length, ids.length);
  if (done.length > 0) showToast({ text: said(done.length), ...undoing(done, undo) });
}

/** @param unsent were not done because of a fault @param gone are no longer there */
function sayFailures(unsent: number, gone: number, all: number): void {
  if (gone > 0) showToast({ text: t('someFailed', { ns: 'photos', count: gone }), tone: 'danger' });
  if (unsent === 0) return;
  const text = unsent === all ? t('failed', { ns: 'photos' }) : t('notAll', { ns: 'photos', count: unsent });
  showToast({ text, tone: 'danger' });
}

function undoing(ids: string[], undo: Action['undo']) {
  if (!undo) return {};
  const run = async () => {
    const { outcomes } = await inBatches(ids, undo);
    refreshLibrary();
    const undone = outcomes.filter(({ __typename }) => __typename === 'Photo').length;
    sayFailures(ids.length - outcomes.length, outcomes.length - undone, ids.length);
    if (undone > 0) showToast({ text: t('undone', { ns: 'photos' }) });
  };
  return { action: { label: t('undo'), run: () => void run(), isUndo: true } };
}
