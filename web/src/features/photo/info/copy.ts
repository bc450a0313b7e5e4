import { t } from 'i18next';
import { showToast } from '../../../shared/ui/toast.tsx';

/** Copies a text to the clipboard, and shows a toast with the result. Browsers refuse to copy on a page without TLS. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast({ text: t('copied', { ns: 'photo' }) });
  } catch {
    showToast({ text: t('copyFailed', { ns: 'photo' }), tone: 'danger' });
  }
}
