import { t } from 'i18next';
import { queryClient } from '../../../shared/api/query-client.ts';
import { viewerQuery } from '../../../shared/api/viewer.ts';
import { showToast } from '../../../shared/ui/toast.tsx';
import { skipOtherTypes } from './chosen-files.ts';
import { addFiles } from '../queue/uploads.ts';
import type { ChosenFile } from '../queue/uploads-snapshot.ts';

/** Uploads files that the user dropped, chose or pasted. Shows a toast if files were skipped or none were found. */
export async function uploadFiles(
  parts: AsyncIterable<ChosenFile[]> | Iterable<ChosenFile[]>,
): Promise<void> {
  let found = 0;
  let skipped = 0;
  try {
    for await (const part of parts) {
      const formats = queryClient.getQueryData(viewerQuery.queryKey)?.serverInfo.uploads.formats ?? [];
      const chosen = skipOtherTypes(part, formats);
      found += chosen.files.length;
      skipped += chosen.skipped;
      for (const slice of slices(chosen.files)) {
        await addFiles(slice);
        // The first access to the size of a file reads it from disk. Between slices, the page can handle events.
        await new Promise((resolve) => setTimeout(resolve));
      }
    }
  } catch {
    showToast({ text: t('notStarted', { ns: 'upload' }), tone: 'danger' });
    return;
  }
  if (skipped > 0) showToast({ text: t('leftOut', { ns: 'upload', count: skipped }) });
  else if (found === 0) showToast({ text: t('nothingFound', { ns: 'upload' }) });
}

const SLICE = 100;

function* slices(files: readonly ChosenFile[]): Generator<readonly ChosenFile[]> {
  for (let at = 0; at < files.length; at += SLICE) yield files.slice(at, at + SLICE);
}
