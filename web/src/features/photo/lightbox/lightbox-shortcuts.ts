import { useTranslation } from 'react-i18next';
import { useShortcut } from '../../../shared/keyboard/shortcuts.ts';
import { toggleFavorite } from '../photo-actions.ts';
import type { ShownPhoto } from '../photo-queries.ts';

const LARGER = 1.5;

export interface LightboxActions {
  photo: ShownPhoto | undefined;
  step: (side: 'previous' | 'next') => void;
  zoom: (factor: number) => void;
  back: () => void;
  discard: () => void;
  togglePanel: () => void;
}

/** Adds the keyboard shortcuts of the lightbox. */
export function useLightboxShortcuts({
  photo,
  step,
  zoom,
  back,
  discard,
  togglePanel,
}: LightboxActions): void {
  const { t } = useTranslation('photo');
  const group = t('title');
  const trash = t(photo?.trashedAt == null ? 'trash' : 'restore');
  useShortcut({ keys: 'ArrowLeft', label: t('previous'), group, run: () => step('previous') });
  useShortcut({ keys: 'ArrowRight', label: t('next'), group, run: () => step('next') });
  useShortcut({ keys: '[Shift]++', label: t('zoomIn'), group, run: () => zoom(LARGER) });
  useShortcut({ keys: '-', label: t('zoomOut'), group, run: () => zoom(1 / LARGER) });
  useShortcut({ keys: '0', label: t('zoomFit'), group, run: () => zoom(0) });
  useShortcut({ keys: 'i', label: t('info'), group, run: togglePanel });
  useShortcut({
    keys: 'f',
    label: t('favorite'),
    group,
    run: () => void (photo?.trashedAt === null && toggleFavorite(photo)),
  });
  useShortcut({ keys: 'Delete', label: trash, group, run: discard });
  useShortcut({ keys: '[Shift]+#', label: trash, group, run: discard });
  useShortcut({ keys: 'Escape', label: t('back'), group, run: back });
}
