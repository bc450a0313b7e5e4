import { t } from 'i18next';
import { queryClient } from '../../../shared/api/query-client.ts';
import { viewerQuery } from '../../../shared/api/viewer.ts';
import { showToast } from '../../../shared/ui/toast.tsx';
import { leaveOutOthers } from './chosen-files.ts';
import { addFiles } from '../queue/uploads.ts';
import type { ChosenFile } from '../queue/uploads-snapshot.ts';

/** Takes what a person dropped, chose or pasted, and says what of it was left out. */
export async function uploadFiles(
  parts: AsyncIterable<ChosenFile[]> | Iterable<ChosenFile[]>,
): Promise<void> {
  let found = 0;
  let leftOut = 0;
  try {
    for await (const part of parts) {
      const formats = queryClient.getQueryData(viewerQuery.queryKey)?.serverInfo.uploads.formats ?? [];
      const chosen = leaveOutOthers(part, formats);
      found += chosen.files.length;
      leftOut += chosen.leftOut;
      for (const slice of slices(chosen.files)) {
        await addFiles(slice);
        // The size of a file is looked up on the disk when it is first asked for: the page is let in between.
        await new Promise((resolve) => setTimeout(resolve));
      }
    }
  } catch {
    showToast({ text: t('notStarted', { ns: 'upload' }), tone: 'danger' });
    return;
  }
  if (leftOut > 0) showToast({ text: t('leftOut', { ns: 'upload', count: leftOut }) });
  else if (found === 0) showToast({ text: t('nothingFound', { ns: 'upload' }) });
}

const SLICE = 100;

function* slices(files: readonly ChosenFile[]): Generator<readonly ChosenFile[]> {
  for (let at = 0; at < files.length; at += SLICE) yield files.slice(at, at + SLICE);
}
