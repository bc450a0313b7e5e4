import { useTranslation } from 'react-i18next';
import { useShortcut } from '../../shared/keyboard/shortcuts.ts';

export interface TrashActions {
  hasChosen: boolean;
  selectAll: () => void;
  clear: () => void;
  restore: () => void;
  askDelete: () => void;
}

/** The keys of the trash. */
export function useTrashShortcuts({ hasChosen, selectAll, clear, restore, askDelete }: TrashActions): void {
  const { t } = useTranslation('trash');
  const group = t('title');
  const onChosen = (act: () => void) => () => {
    if (hasChosen) act();
  };
  useShortcut({ keys: '$mod+a', label: t('selectAll'), group, run: selectAll });
  useShortcut({ keys: 'Escape', label: t('clear'), group, run: clear });
  useShortcut({ keys: 'r', label: t('restore'), group, run: onChosen(restore) });
  useShortcut({ keys: 'Delete', label: t('delete'), group, run: onChosen(askDelete) });
}
