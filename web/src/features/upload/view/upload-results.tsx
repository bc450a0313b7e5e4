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

/** The list of files with their states, which can be filtered by state. */
export function UploadResults() {
  const { t } = useTranslation('upload');
  const items = useUploads((uploads) => uploads.items);
  const totals = useUploads((uploads) => uploads.totals);
  const [chosenFilter, setChosenFilter] = useState<ResultFilter>('all');
  const counts = { ...totals.count, all: totals.files, underWay: underWay(totals) };
  // If no file matches the chosen filter any more, all files are shown.
  const filter = counts[chosenFilter] > 0 ? chosenFilter : 'all';
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
            <Chip key={name} isOn={name === filter} onPress={() => setChosenFilter(name)}>
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
