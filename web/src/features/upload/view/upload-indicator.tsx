import { CircleAlert, CloudUpload, Pause } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { pageAt, PATHS } from '../../../shared/addresses.ts';
import { useFormat } from '../../../shared/i18n/format.ts';
import { classNames } from '../../../shared/ui/class-names.ts';
import styles from './upload-indicator.module.css';
import { useUploads } from '../queue/uploads.ts';
import { underWay } from '../queue/uploads-snapshot.ts';

/** A link to the upload page that shows the progress. Part of the header of all other pages. */
export function UploadIndicator() {
  const { t } = useTranslation('upload');
  const format = useFormat();
  const [path] = useLocation();
  const left = useUploads(({ totals }) => underWay(totals));
  const failed = useUploads(({ totals }) => totals.count.failed);
  const isPaused = useUploads((uploads) => uploads.isPaused);
  // Rounded, so that the indicator is rendered only when the percentage changes.
  const percent = useUploads(({ totals: { allBytes, pastBytes } }) =>
    allBytes === 0 ? 100 : Math.floor((pastBytes * 100) / allBytes),
  );
  if (pageAt(path) === 'upload' || (left === 0 && failed === 0)) return null;
  const hasFailed = left === 0;
  const Icon = hasFailed ? CircleAlert : isPaused ? Pause : CloudUpload;
  const text = hasFailed ? t('indicator.failed', { count: failed }) : format.percent(percent / 100);
  const label = hasFailed
    ? text
    : t('indicator.label', { count: left, percent: format.percent(percent / 100) });
  return (
    <Link
      href={PATHS.upload}
      className={classNames(styles['indicator'], hasFailed && styles['failed'])}
      aria-label={label}
      title={label}
    >
      <Icon aria-hidden />
      <span className={styles['text']}>{hasFailed ? format.number(failed) : text}</span>
      {!hasFailed && (
        <svg className={styles['bar'] ?? ''} viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden>
          <rect width={percent} height="3" />
        </svg>
      )}
    </Link>
  );
}
