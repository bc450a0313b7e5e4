import { Heart, SlidersHorizontal } from 'lucide-react';
import { Suspense, useState } from 'react';
import { lazyView } from '../../../shared/ui/lazy-view.tsx';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../shared/ui/button.tsx';
import { Chip } from '../../../shared/ui/chip.tsx';
import { activeFilters } from './active-filters.ts';
import styles from './filter-bar.module.css';
import type { GalleryState } from './gallery-address.ts';
import { useFormat } from '../../../shared/i18n/format.ts';

const FilterDialog = lazyView(() => import('./filter-dialog.tsx'));

export interface FilterBarProps {
  state: GalleryState;
  onChange: (patch: Partial<GalleryState>) => void;
}

/** The button for the filter dialog, and the active filters as chips that the user can remove. */
export function FilterBar({ state, onChange }: FilterBarProps) {
  const { t } = useTranslation('gallery');
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const filters = activeFilters(state, t, format);
  return (
    <div className={styles['bar']}>
      <Button icon={<SlidersHorizontal />} onPress={() => setOpen(true)}>
        {t('filter.open')}
      </Button>
      <Chip icon={<Heart />} isOn={state.favorites} onPress={() => onChange({ favorites: !state.favorites })}>
        {t('filter.favorites')}
      </Chip>
      {filters.length > 0 && (
        <ul className={styles['chips']} aria-label={t('filter.active')}>
          {filters.map(({ name, without }) => (
            <li key={name}>
              <Chip isOn onRemove={() => onChange(without)} removeLabel={t('filter.remove', { name })}>
                {name}
              </Chip>
            </li>
          ))}
        </ul>
      )}
      {isOpen && (
        <Suspense>
          <FilterDialog
            state={state}
            onClose={() => setOpen(false)}
            onApply={(patch) => {
              setOpen(false);
              onChange(patch);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
