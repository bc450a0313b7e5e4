import { ArrowDownUp, LayoutGrid, List } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../shared/ui/icon-button.tsx';
import { Select } from '../../../shared/ui/select.tsx';
import type { FilterBarProps } from './filter-bar.tsx';
import { isSortOrder, SORT_ORDERS } from './gallery-address.ts';
import styles from './filter-bar.module.css';

const SORT_ORDER_NAMES = Object.keys(SORT_ORDERS).filter((name) => isSortOrder(name));

/** The controls for the sort order and for grid or list. */
export function ViewBar({ state, onChange }: FilterBarProps) {
  const { t } = useTranslation('gallery');
  return (
    <div className={styles['view']}>
      <Select
        label={t('sort.label')}
        variant="bare"
        icon={<ArrowDownUp aria-hidden />}
        value={state.sortOrder}
        options={SORT_ORDER_NAMES.map((value) => ({ value, label: t(`sort.${value}`) }))}
        onChange={(sortOrder) => onChange({ sortOrder })}
      />
      <IconButton
        label={t('view.grid')}
        isOn={state.view === 'grid'}
        onPress={() => onChange({ view: 'grid' })}
      >
        <LayoutGrid />
      </IconButton>
      <IconButton
        label={t('view.list')}
        isOn={state.view === 'list'}
        onPress={() => onChange({ view: 'list' })}
      >
        <List />
      </IconButton>
    </div>
  );
}
