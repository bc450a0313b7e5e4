import { ArchiveRestore, RotateCw, X } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { PATHS, photoAddress } from '../../../shared/addresses.ts';
import { useFormat } from '../../../shared/i18n/format.ts';
import { listSequence, setPhotoSequence } from '../../../shared/photos/sequence.ts';
import { classNames } from '../../../shared/ui/class-names.ts';
import { IconButton } from '../../../shared/ui/icon-button.tsx';
import { Progress } from '../../../shared/ui/progress.tsx';
import { restoreUploads } from './restore-uploads.ts';
import { StateIcon } from './state-icon.tsx';
import { canCancel, canRetry, type UploadItem } from '../queue/upload-item.ts';
import styles from './upload-row.module.css';
import { currentUploads, withQueue } from '../queue/uploads.ts';

/** The row of a file: its name, progress, reason for a failure, and action. */
export const UploadRow = memo(({ item }: { item: UploadItem }) => {
  const { t } = useTranslation('upload');
  const { name, folder, state, photo, sizeBytes, sentBytes } = item;
  const format = useFormat();
  const share = sizeBytes === 0 ? 1 : sentBytes / sizeBytes;
  return (
    <div className={styles['row']}>
      {photo ? (
        <img
          className={styles['picture']}
          src={photo.thumbnailUrl}
          alt=""
          width="44"
          height="44"
          loading="lazy"
        />
      ) : (
        <StateIcon state={state} />
      )}
      <div className={styles['words']}>
        <p className={styles['name']} title={folder === '' ? name : `${folder}/${name}`}>
          <Name item={item} />
        </p>
        <p className={styles['facts']}>
          <State item={item} />
          <span>{format.bytes(sizeBytes)}</span>
          {folder !== '' && <span className={styles['folder']}>{folder}</span>}
        </p>
        {state === 'sending' && (
          <Progress label={t('row.progress', { name })} value={share} valueText={format.percent(share)} />
        )}
      </div>
      <RowAction item={item} />
    </div>
  );
});
UploadRow.displayName = 'UploadRow';

function Name({ item: { name, photo, state } }: { item: UploadItem }): ReactNode {
  if (!photo) return name;
  if (state === 'trashed') return <Link href={PATHS.trash}>{name}</Link>;
  return (
    <Link href={photoAddress(photo.id)} onClick={openInOrder}>
      {name}
    </Link>
  );
}

/** Makes the lightbox show the photos in the order of the list. Files with the same photo count once. */
function openInOrder(): void {
  const photos = currentUploads().items.filter(({ state }) => state !== 'trashed');
  const ids = new Set(photos.flatMap(({ photo }) => (photo ? [photo.id] : [])));
  setPhotoSequence(listSequence(PATHS.upload, [...ids]));
}

function State({ item: { state, reason, requestId } }: { item: UploadItem }) {
  const { t } = useTranslation('upload');
  if (state === 'failed')
    return (
      <span className={styles['failed'] ?? ''}>
        {t(`reason.${reason ?? 'FAULT'}`)}
        {requestId !== null && ` ${t('row.requestId', { requestId })}`}
      </span>
    );
  return <span className={classNames(state === 'done' && styles['done'])}>{t(`row.${state}`)}</span>;
}

/** All actions of a row use the same button element, so that it keeps the focus when the action changes. */
function RowAction({ item }: { item: UploadItem }) {
  const { t } = useTranslation('upload');
  const { id, name, state } = item;
  if (state === 'trashed')
    return (
      <IconButton label={t('row.restore', { name })} onPress={() => void restoreUploads([item])}>
        <ArchiveRestore />
      </IconButton>
    );
  if (canRetry(item))
    return (
      <IconButton
        label={t('row.retry', { name })}
        onPress={() => void withQueue((queue) => queue.retry([id]))}
      >
        <RotateCw />
      </IconButton>
    );
  if (!canCancel(item)) return null;
  return (
    <IconButton
      label={t('row.cancel', { name })}
      onPress={() => void withQueue((queue) => queue.cancel([id]))}
    >
      <X />
    </IconButton>
  );
}
