import { type ReactNode, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { photoAddress } from '../../../shared/addresses.ts';
import { useFormat } from '../../../shared/i18n/format.ts';
import { Thumbnail } from '../../../shared/photos/pictures/thumbnail.tsx';
import { classNames } from '../../../shared/ui/class-names.ts';
import styles from './paged-photos.module.css';
import type { PhotoListProps } from './photo-cards.tsx';

/** A page of photos as a table. */
export function PhotoTable({ photos, selection, onOpen }: PhotoListProps) {
  const { t } = useTranslation('gallery');
  const format = useFormat();
  const ids = photos.map(({ id }) => id);
  useSyncExternalStore(selection.subscribe, () => selection.ids().join());
  const link = (id: string, children: ReactNode, isExtra = false) => (
    <a
      href={photoAddress(id)}
      {...(isExtra ? { tabIndex: -1, 'aria-hidden': true } : {})}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onOpen(id);
      }}
    >
      {children}
    </a>
  );
  return (
    <div className={styles['scroll']}>
      <table className={styles['table']}>
        <thead>
          <tr>
            <td>
              <label className={styles['box']}>
                <input
                  type="checkbox"
                  aria-label={t('selectPage')}
                  checked={ids.every((id) => selection.has(id))}
                  onChange={({ target }) => (target.checked ? selection.add(ids) : selection.clear())}
                />
              </label>
            </td>
            <th scope="col">
              <span className="visually-hidden">{t('column.photo')}</span>
            </th>
            <th scope="col">{t('column.name')}</th>
            <th scope="col" className={styles['wide']}>
              {t('column.taken')}
            </th>
            <th scope="col" className={styles['wide']}>
              {t('column.camera')}
            </th>
            <th scope="col" className={classNames(styles['wide'], styles['number'])}>
              {t('column.pixels')}
            </th>
            <th scope="col" className={classNames(styles['wide'], styles['number'])}>
              {t('column.size')}
            </th>
          </tr>
        </thead>
        <tbody>
          {photos.map((photo) => (
            <tr key={photo.id}>
              <td>
                <label className={styles['box']}>
                  <input
                    type="checkbox"
                    aria-label={t('selectRow', { name: photo.title ?? photo.filename })}
                    checked={selection.has(photo.id)}
                    onChange={({ nativeEvent }) => {
                      if (nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
                        selection.extend(photo.id, ids);
                      else selection.toggle(photo.id);
                    }}
                  />
                </label>
              </td>
              <td className={styles['picture']}>
                {link(
                  photo.id,
                  <Thumbnail url={photo.thumbnailUrl} thumbhash={photo.thumbhash} alt="" />,
                  true,
                )}
              </td>
              <td className={styles['name']}>
                {link(photo.id, photo.title ?? photo.filename)}
                <span className={styles['narrow']}>{format.localTime(photo.takenAtLocal)}</span>
              </td>
              <td className={styles['wide']}>{format.localTime(photo.takenAtLocal)}</td>
              <td className={styles['wide']}>{photo.camera?.model}</td>
              <td className={classNames(styles['wide'], styles['number'])}>
                {format.number(photo.width)} × {format.number(photo.height)}
              </td>
              <td className={classNames(styles['wide'], styles['number'])}>
                {format.bytes(photo.sizeBytes)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
