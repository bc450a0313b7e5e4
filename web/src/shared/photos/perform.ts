import { t } from 'i18next';
import { showToast } from '../ui/toast.tsx';
import { inBatches } from './batches.ts';
import { type PhotoChange, refreshLibrary, showChange } from './library-cache.ts';

export interface Action {
  ids: readonly string[];
  /** What is shown at once. */
  change: Omit<PhotoChange, 'ids'>;
  /** Does it to a batch, and tells what became of each photo. */
  send: (ids: string[]) => Promise<readonly { __typename: string }[]>;
  /** What is said of so many photos. */
  said: (count: number) => string;
  /** Takes it back for those that it was done to; left out where it cannot be. */
  undo?: ((ids: string[]) => Promise<unknown>) | undefined;
}

/** Shows a change, does it, says so with an Undo. Where it fails, what is true is shown again, and that is said. */
export async function perform({ ids, change, send, said, undo }: Action): Promise<void> {
  if (ids.length === 0) {
    showToast({ text: t('nothingToDo', { ns: 'photos' }) });
    return;
  }
  showChange({ ids: new Set(ids), ...change });
  try {
    const outcomes = await inBatches(ids, send);
    const done = ids.filter((_, at) => outcomes[at]?.__typename === 'Photo');
    const gone = ids.length - done.length;
    if (gone > 0) showToast({ text: t('someFailed', { ns: 'photos', count: gone }), tone: 'danger' });
    if (done.length > 0) showToast({ text: said(done.length), ...undoing(done, undo) });
  } catch {
    showToast({ text: t('failed', { ns: 'photos' }), tone: 'danger' });
  } finally {
    refreshLibrary();
  }
}

function undoing(ids: string[], undo: Action['undo']) {
  if (!undo) return {};
  const run = async () => {
    try {
      await inBatches(ids, async (batch) => {
        await undo(batch);
        return batch;
      });
      showToast({ text: t('undone', { ns: 'photos' }) });
    } catch {
      showToast({ text: t('failed', { ns: 'photos' }), tone: 'danger' });
    } finally {
      refreshLibrary();
    }
  };
  return { action: { label: t('undo'), run: () => void run() } };
}
