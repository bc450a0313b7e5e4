import { Download, EllipsisVertical, Eye, EyeOff, Heart, HeartOff, Tag, Trash2, X } from 'lucide-react';
import { Suspense, useState } from 'react';
import { lazyView } from '../../../shared/ui/lazy-view.tsx';
import { useTranslation } from 'react-i18next';
import { setFavorite, setPrivate, trashPhotos } from '../../../shared/photos/changes/actions.ts';
import { downloadOriginals } from '../../../shared/photos/download/download.ts';
import { type Selection, useSelectedCount } from '../../../shared/photos/selection.ts';
import { IconButton } from '../../../shared/ui/icon-button.tsx';
import { Menu } from '../../../shared/ui/menu.tsx';
import { useRootMark } from '../../../shared/ui/root-mark.ts';
import styles from './selection-bar.module.css';

const TagDialog = lazyView(() => import('./tag-dialog.tsx'));

/** The actions for the selected photos. Hidden if no photo is selected. */
export default function SelectionBar({ selection }: { selection: Selection }) {
  const { t } = useTranslation('gallery');
  const count = useSelectedCount(selection);
  const [tagging, setTagging] = useState<string[] | null>(null);
  useRootMark('data-action-bar', count > 0);
  const dialog = tagging && (
    <Suspense>
      <TagDialog ids={tagging} onClose={() => setTagging(null)} />
    </Suspense>
  );
  if (count === 0) return dialog;
  const act = (action: (ids: string[]) => Promise<void>) => () => {
    const ids = selection.ids();
    selection.clear();
    void action(ids);
  };
  return (
    <>
      <div role="toolbar" aria-label={t('bar.label')} className={styles['bar']}>
        <IconButton label={t('bar.clear')} onPress={() => selection.clear()}>
          <X />
        </IconButton>
        <span className={styles['count']}>{t('selected', { count })}</span>
        <IconButton label={t('bar.favorite')} onPress={act((ids) => setFavorite(ids, true))}>
          <Heart />
        </IconButton>
        <IconButton label={t('bar.tag')} onPress={() => setTagging(selection.ids())}>
          <Tag />
        </IconButton>
        <IconButton label={t('bar.trash')} onPress={act(trashPhotos)}>
          <Trash2 />
        </IconButton>
        <Menu
          label={t('bar.more')}
          trigger={
            <IconButton label={t('bar.more')}>
              <EllipsisVertical />
            </IconButton>
          }
          entries={[
            { id: 'download', label: t('bar.download'), icon: <Download />, run: act(downloadOriginals) },
            {
              id: 'unfavorite',
              label: t('bar.unfavorite'),
              icon: <HeartOff />,
              run: act((ids) => setFavorite(ids, false)),
            },
            {
              id: 'private',
              label: t('bar.private'),
              icon: <EyeOff />,
              run: act((ids) => setPrivate(ids, true)),
            },
            {
              id: 'public',
              label: t('bar.public'),
              icon: <Eye />,
              run: act((ids) => setPrivate(ids, false)),
            },
          ]}
        />
      </div>
      {dialog}
    </>
  );
}
