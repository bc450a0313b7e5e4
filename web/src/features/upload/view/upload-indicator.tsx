import { CircleAlert, CloudUpload, Pause } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { pageAt, PATHS } from '../../../shared/addresses.ts';
import { useFormat } from '../../../shared/i18n/format.ts';
import { classNames } from '../../../shared/ui/class-names.ts';
import styles from './upload-indicator.module.css';
import { useUploads } from '../queue/uploads.ts';
import { underWay } from '../queue/uploads-snapshot.ts';

/** In the header of every view but its own: how far the uploads are, and the way to them. */
export function UploadIndicator() {
  const { t } = useTranslation('upload');
  const format = useFormat();
  const [path] = useLocation();
  const left = useUploads(({ totals }) => underWay(totals));
  const failed = useUploads(({ totals }) => totals.count.failed);
  const isPaused = useUploads((uploads) => uploads.isPaused);
  // Hundredths: of less a person sees nothing.
  const hundredths = useUploads(({ totals: { allBytes, pastBytes } }) =>
    allBytes === 0 ? 100 : Math.floor((pastBytes * 100) / allBytes),
  );
  if (pageAt(path) === 'upload' || (left === 0 && failed === 0)) return null;
  const isOver = left === 0;
  const Icon = isOver ? CircleAlert : isPaused ? Pause : CloudUpload;
  const text = isOver ? t('indicator.failed', { count: failed }) : format.percent(hundredths / 100);
  const label = isOver
    ? text
    : t('indicator.label', { count: left, percent: format.percent(hundredths / 100) });
  return (
    <Link
      href={PATHS.upload}
      className={classNames(styles['indicator'], isOver && styles['failed'])}
      aria-label={label}
      title={label}
    >
      <Icon aria-hidden />
      <span className={styles['text']}>{isOver ? format.number(failed) : text}</span>
      {!isOver && (
        <svg className={styles['bar'] ?? ''} viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden>
          <rect width={hundredths} height="3" />
        </svg>
      )}
    </Link>
  );
}
