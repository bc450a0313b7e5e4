import { t } from 'i18next';
import { kindOf } from '../../api/api-error.ts';
import { askBeforeLeaving } from '../../ui/ask-before-leaving.ts';
import { ChangingText } from '../../ui/changing-text.ts';
import { showToast } from '../../ui/toast.tsx';
import { findOriginal } from './original.ts';

/** Pause between two downloads, because browsers drop downloads that are started together. */
const PAUSE_MS = 400;

/** Within this time, the browser has started to save a file. */
const SAVING_MS = 60_000;

/** Downloads originals: one as a file, several in ZIP archives. Shows a toast with the progress and a Cancel button. */
export async function downloadOriginals(ids: readonly string[]): Promise<void> {
  const stop = new AbortController();
  const progress = new ChangingText(t('downloading', { ns: 'photos', count: ids.length }));
  const hide = showToast({
    text: progress,
    stays: true,
    action: { label: t('cancel'), run: () => stop.abort() },
  });
  const allowLeaving = askBeforeLeaving();
  try {
    const gone = await (ids.length === 1 ? oneByOne : inZip)(ids, stop.signal, (done) =>
      progress.set(t('downloadingOf', { ns: 'photos', done, count: ids.length })),
    );
    if (gone > 0) showToast({ text: t('someFailed', { ns: 'photos', count: gone }), tone: 'danger' });
    if (gone < ids.length) showToast({ text: t('downloaded', { ns: 'photos', count: ids.length - gone }) });
  } catch {
    if (!stop.signal.aborted) showToast({ text: t('downloadFailed', { ns: 'photos' }), tone: 'danger' });
  } finally {
    allowLeaving();
    hide();
  }
}

type Download = (
  ids: readonly string[],
  signal: AbortSignal,
  onProgress: (done: number) => void,
) => Promise<number>;

const oneByOne: Download = async (ids, signal, onProgress) => {
  let gone = 0;
  for (const [index, id] of ids.entries()) {
    if (index > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const original = await findOriginal(id, signal);
    if (original) save(original.originalUrl, original.filename);
    else gone += 1;
    onProgress(index + 1);
  }
  return gone;
};

const inZip: Download = async (ids, signal, onProgress) => {
  const { zipOriginals } = await import('./zip-originals.ts');
  const day = new Date().toLocaleDateString('sv');
  try {
    return await zipOriginals(ids, {
      signal,
      onProgress,
      save: (zip, part) => {
        const url = URL.createObjectURL(zip);
        save(url, part === 1 ? `ImgStream ${day}.zip` : `ImgStream ${day} (${part}).zip`);
        setTimeout(() => URL.revokeObjectURL(url), SAVING_MS);
      },
    });
  } catch (error) {
    // The browser can save files that scripts may not read.
    if (kindOf(error) === 'refused') return oneByOne(ids, signal, onProgress);
    throw error;
  }
};

function save(url: string, filename: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
}
