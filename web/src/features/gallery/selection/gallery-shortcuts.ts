import { useTranslation } from 'react-i18next';
import { useShortcut } from '../../../shared/keyboard/shortcuts.ts';
import { setFavorite, trashPhotos } from '../../../shared/photos/changes/actions.ts';
import type { Selection } from '../../../shared/photos/selection.ts';
import { announce } from '../../../shared/ui/live-region.tsx';
import type { TimelineOrder } from '../timeline/timeline-order.ts';

/** Adds the shortcuts of the gallery that need no focused photo, and lists those that need one. */
export function useGalleryShortcuts(selection: Selection, order: TimelineOrder | undefined): void {
  const { t } = useTranslation('gallery');
  const group = t('keys.group');
  const selectAll = async () => {
    if (!order) return;
    selection.add(await order.all());
    announce(t('selected', { count: selection.size }));
  };
  const onSelected = (action: (ids: string[]) => Promise<void>) => () => {
    const ids = selection.ids();
    if (ids.length === 0) return;
    selection.clear();
    void action(ids);
  };
  // The timeline handles these keys for the focused photo.
  const byTimeline = () => undefined;
  useShortcut({ keys: 'ArrowRight', label: t('keys.move'), group, run: byTimeline, isListedOnly: true });
  useShortcut({ keys: 'Space', label: t('keys.toggle'), group, run: byTimeline, isListedOnly: true });
  useShortcut({
    keys: 'Shift+ArrowRight',
    label: t('keys.extend'),
    group,
    run: byTimeline,
    isListedOnly: true,
  });
  useShortcut({ keys: '$mod+a', label: t('keys.all'), group, run: () => void selectAll() });
  useShortcut({ keys: 'Escape', label: t('keys.none'), group, run: () => selection.clear() });
  useShortcut({
    keys: 'f',
    label: t('keys.favorite'),
    group,
    run: onSelected((ids) => setFavorite(ids, true)),
  });
  useShortcut({ keys: 'Delete', label: t('keys.trash'), group, run: onSelected(trashPhotos) });
}
