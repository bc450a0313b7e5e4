import { useTranslation } from 'react-i18next';
import { useShortcut } from '../../shared/keyboard/shortcuts.ts';

export interface TrashActions {
  hasSelection: boolean;
  selectAll: () => void;
  clear: () => void;
  restore: () => void;
  confirmDelete: () => void;
}

/** The keyboard shortcuts of the trash. */
export function useTrashShortcuts(actions: TrashActions): void {
  const { hasSelection, selectAll, clear, restore, confirmDelete } = actions;
  const { t } = useTranslation('trash');
  const group = t('title');
  const ifSelected = (action: () => void) => () => {
    if (hasSelection) action();
  };
  useShortcut({ keys: '$mod+a', label: t('selectAll'), group, run: selectAll });
  useShortcut({ keys: 'Escape', label: t('clear'), group, run: clear });
  useShortcut({ keys: 'r', label: t('restore'), group, run: ifSelected(restore) });
  useShortcut({ keys: 'Delete', label: t('delete'), group, run: ifSelected(confirmDelete) });
}
