import { Copy } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../shared/ui/button.tsx';
import { copy } from './copy.ts';
import styles from './info-panel.module.css';
import { metadataGroups } from './metadata-rows.ts';
import type { PhotoDetails } from '../photo-queries.ts';

/** The checksum and all metadata of the file, with a button that copies the metadata. */
export function MetadataTable({ photo }: { photo: PhotoDetails }) {
  const { t } = useTranslation('photo');
  const groups = useMemo(() => metadataGroups(photo.metadata), [photo.metadata]);
  const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  return (
    <details className={styles['metadata']}>
      <summary>{t('metadata', { count })}</summary>
      <p className={styles['checksum']}>
        <span>SHA-256</span> <code>{photo.checksum}</code>
      </p>
      {groups.map(({ name, rows }) => (
        <table key={name} className={styles['table']}>
          {name !== '' && <caption>{name.toUpperCase()}</caption>}
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td>{row.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
      {count > 0 && (
        <Button icon={<Copy />} onPress={() => void copy(JSON.stringify(photo.metadata, null, 2))}>
          {t('copyMetadata')}
        </Button>
      )}
    </details>
  );
}
