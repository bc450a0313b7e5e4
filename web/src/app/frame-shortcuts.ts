import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { PATHS } from '../shared/addresses.ts';
import { useShortcut } from '../shared/keyboard/shortcuts.ts';
import { undoLast } from '../shared/ui/toast.tsx';

export interface FrameActions {
  showHelp: () => void;
  search: () => void;
}

/** Binds the keyboard shortcuts that work in every view. */
export function useFrameShortcuts({ showHelp, search }: FrameActions): void {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const group = t('shortcuts.everywhere');
  useShortcut({ keys: '[Shift]+?', label: t('shortcuts.help'), group, run: showHelp });
  useShortcut({ keys: '/', label: t('shortcuts.search'), group, run: search });
  useShortcut({ keys: '$mod+z', label: t('shortcuts.undo'), group, run: undoLast });
  useShortcut({ keys: 'g h', label: t('shortcuts.goHome'), group, run: () => navigate(PATHS.home) });
  useShortcut({ keys: 'g u', label: t('shortcuts.goUpload'), group, run: () => navigate(PATHS.upload) });
  useShortcut({ keys: 'g g', label: t('shortcuts.goGallery'), group, run: () => navigate(PATHS.gallery) });
  useShortcut({ keys: 'g t', label: t('shortcuts.goTrash'), group, run: () => navigate(PATHS.trash) });
  useShortcut({ keys: 'g s', label: t('shortcuts.goSettings'), group, run: () => navigate(PATHS.settings) });
}
