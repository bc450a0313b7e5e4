import { ArchiveRestore } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../shared/ui/button.tsx';
import { Chip } from '../../../shared/ui/chip.tsx';
import { isShown, RESULT_FILTERS, type ResultFilter } from './result-filters.ts';
import { restoreUploads } from './restore-uploads.ts';
import { UploadRows } from './upload-rows.tsx';
import styles from './upload-results.module.css';
import { useUploads } from '../queue/uploads.ts';
import { underWay } from '../queue/uploads-snapshot.ts';

/** What became of each file, all of them or those of one result. */
export function UploadResults() {
  const { t } = useTranslation('upload');
  const items = useUploads((uploads) => uploads.items);
  const totals = useUploads((uploads) => uploads.totals);
  const [wanted, setWanted] = useState<ResultFilter>('all');
  const counts = { ...totals.count, all: totals.files, underWay: underWay(totals) };
  // Nothing is left of what was looked at: all of it is shown again.
  const filter = counts[wanted] > 0 ? wanted : 'all';
  const shown = useMemo(
    () => (filter === 'all' ? items : items.filter((item) => isShown(item, filter))),
    [items, filter],
  );
  const filters = RESULT_FILTERS.filter((name) => counts[name] > 0);
  return (
    <section aria-label={t('results.label')}>
      <div className={styles['bar']}>
        {filters.length > 2 &&
          filters.map((name) => (
            <Chip key={name} isOn={name === filter} onPress={() => setWanted(name)}>
              {t(`results.${name}`, { count: counts[name] })}
            </Chip>
          ))}
        {totals.count.trashed > 1 && (
          <Button
            variant="quiet"
            icon={<ArchiveRestore />}
            onPress={() => void restoreUploads(items.filter(({ state }) => state === 'trashed'))}
          >
            {t('restoreAll', { count: totals.count.trashed })}
          </Button>
        )}
      </div>
      <UploadRows items={shown} />
    </section>
  );
}
