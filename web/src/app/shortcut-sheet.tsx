import { useTranslation } from 'react-i18next';
import { ShortcutList } from '../shared/keyboard/shortcut-list.tsx';
import { Dialog } from '../shared/ui/dialog.tsx';

/** A dialog that lists the keyboard shortcuts of the current view. */
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('shortcuts.title')} isOpen onClose={onClose}>
      <ShortcutList />
    </Dialog>
  );
}
