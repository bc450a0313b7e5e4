import { t } from 'i18next';
import { execute } from '../api/execute.ts';
import { OriginalDocument } from '../api/generated/graphql.ts';
import { showToast } from '../ui/toast.tsx';

/** Between two downloads: a browser drops those that are begun at once. */
const PAUSE_MS = 400;

/** Has the browser save the originals, one behind the other. */
export async function downloadOriginals(ids: readonly string[]): Promise<void> {
  showToast({ text: t('downloading', { ns: 'photos', count: ids.length }) });
  try {
    for (const [index, id] of ids.entries()) {
      if (index > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const { photo } = await execute(OriginalDocument, { id });
      if (photo) save(photo.originalUrl, photo.filename);
    }
  } catch {
    showToast({ text: t('failed', { ns: 'photos' }), tone: 'danger' });
  }
}

function save(url: string, filename: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
}
