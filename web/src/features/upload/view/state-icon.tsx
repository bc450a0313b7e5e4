import { CircleAlert, CircleCheck, CircleSlash, CloudUpload, Image } from 'lucide-react';
import { classNames } from '../../../shared/ui/class-names.ts';
import type { UploadState } from '../queue/upload-item.ts';
import styles from './state-icon.module.css';

const ICONS: Partial<Record<UploadState, typeof Image>> = {
  sending: CloudUpload,
  sent: CloudUpload,
  completing: CloudUpload,
  done: CircleCheck,
  failed: CircleAlert,
  cancelled: CircleSlash,
};

/** The icon for a state, shown until there is a thumbnail. */
export function StateIcon({ state }: { state: UploadState }) {
  const Icon = ICONS[state] ?? Image;
  return (
    <span className={classNames(styles['icon'], state === 'failed' && styles['failed'])} aria-hidden>
      <Icon />
    </span>
  );
}
