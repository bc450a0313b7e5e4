import { Check, Maximize2 } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { photoAddress } from '../../shared/addresses.ts';
import { useServerInfo } from '../../shared/api/viewer.ts';
import { type Selection, useIsSelected } from '../../shared/photos/selection.ts';
import { Thumbnail } from '../../shared/photos/pictures/thumbnail.tsx';
import { classNames } from '../../shared/ui/class-names.ts';
import { daysLeft } from './days-left.ts';
import type { TrashedPhoto } from './trash-queries.ts';
import styles from './trash.module.css';
import type { Toggle } from './use-selection.ts';

export interface TrashTileProps {
  photo: TrashedPhoto;
  selection: Selection;
  onToggle: Toggle;
}

/** A photo in the trash. Pressing the tile selects the photo; the link in its corner opens the photo. */
export const TrashTile = memo(function TrashTile({ photo, selection, onToggle }: TrashTileProps) {
  const { t } = useTranslation('trash');
  const isSelected = useIsSelected(selection, photo.id);
  const trashDays = useServerInfo()?.trashDays;
  const { id, thumbhash, thumbnailUrl, trashedAt } = photo;
  const name = photo.title ?? photo.filename;
  const left =
    trashDays === undefined || trashedAt == null ? null : daysLeft(trashedAt, trashDays, Date.now());
  return (
    <div className={classNames(styles['tile'], isSelected && styles['selected'])}>
      <label className={styles['select']}>
        <input
          type="checkbox"
          className={styles['box']}
          checked={isSelected}
          aria-label={left === null ? name : `${name}, ${t('daysLeft', { count: left })}`}
          onChange={({ nativeEvent }) =>
            onToggle(id, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
          }
        />
        <span className={styles['image']}>
          <Thumbnail url={thumbnailUrl} thumbhash={thumbhash} alt="" />
        </span>
        <span aria-hidden className={styles['mark']}>
          <Check />
        </span>
        {left !== null && (
          <span aria-hidden className={classNames(styles['days'], left <= 3 && styles['soon'])}>
            {t('daysLeft', { count: left })}
          </span>
        )}
      </label>
      <Link href={photoAddress(id)} className={styles['open'] ?? ''} aria-label={t('open', { name })}>
        <Maximize2 aria-hidden />
      </Link>
    </div>
  );
});
