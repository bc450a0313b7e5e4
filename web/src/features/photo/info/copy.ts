import { t } from 'i18next';
import { showToast } from '../../../shared/ui/toast.tsx';

/** Copies a text, and says whether it did: a browser refuses where the page came without TLS. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast({ text: t('copied', { ns: 'photo' }) });
  } catch {
    showToast({ text: t('copyFailed', { ns: 'photo' }), tone: 'danger' });
  }
}
