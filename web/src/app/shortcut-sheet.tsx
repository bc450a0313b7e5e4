import { useTranslation } from 'react-i18next';
import { ShortcutList } from '../shared/keyboard/shortcut-list.tsx';
import { Dialog } from '../shared/ui/dialog.tsx';

/** What every key does, over the view that is shown. */
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('shortcuts.title')} isOpen onClose={onClose}>
      <ShortcutList />
    </Dialog>
  );
}
