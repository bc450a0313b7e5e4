import { FolderUp, ImageUp, Images } from 'lucide-react';
import { useMemo } from 'react';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { useTranslation } from 'react-i18next';
import { useServerInfo } from '../../../shared/api/viewer.ts';
import { useFormat } from '../../../shared/i18n/format.ts';
import { typeName } from '../../../shared/photos/type-name.ts';
import { Button } from '../../../shared/ui/button.tsx';
import { classNames } from '../../../shared/ui/class-names.ts';
import styles from './choose-files.module.css';
import { chosenFiles } from './chosen-files.ts';
import { uploadFiles } from './upload-files.ts';

function upload(files: FileList | null): void {
  if (files) void uploadFiles([chosenFiles(files)]);
}

/** The buttons to choose files or a folder. The variant `low` leaves more space for the list below. */
export function ChooseFiles({ variant }: { variant: 'tall' | 'low' }) {
  const { t } = useTranslation('upload');
  const format = useFormat();
  const limits = useServerInfo()?.uploads;
  const accepted = useMemo(
    () =>
      limits?.formats.flatMap(({ contentType, extensions }) => [contentType, ...extensions]) ?? ['image/*'],
    [limits],
  );
  const names = limits?.formats.map(({ contentType }) => typeName(contentType));
  return (
    <section className={classNames(styles['panel'], styles[variant])} aria-label={t('choose.label')}>
      <ImageUp aria-hidden className={styles['picture'] ?? ''} />
      <div className={styles['words']}>
        <h2 className={styles['title']}>
          <span className={styles['dropped']}>{t('choose.title')}</span>
          <span className={styles['touched']}>{t('choose.titleTouch')}</span>
        </h2>
        <p className={styles['hint']}>{t('choose.paste')}</p>
      </div>
      <div className={styles['buttons']}>
        <FileTrigger allowsMultiple acceptedFileTypes={accepted} onSelect={upload}>
          <Button variant="primary" icon={<Images />}>
            {t('choose.files')}
          </Button>
        </FileTrigger>
        <FileTrigger acceptDirectory onSelect={upload}>
          <Button icon={<FolderUp />}>{t('choose.folder')}</Button>
        </FileTrigger>
      </div>
      {variant === 'tall' && limits && (
        <p className={styles['hint']}>
          {t('choose.limits', {
            formats: new Set(names).values().toArray().join(t('choose.between')),
            size: format.bytes(limits.maxFileBytes),
          })}
        </p>
      )}
    </section>
  );
}
