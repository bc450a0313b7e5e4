import { ArrowDownUp, LayoutGrid, List } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../shared/ui/icon-button.tsx';
import { Select } from '../../../shared/ui/select.tsx';
import type { FilterBarProps } from './filter-bar.tsx';
import { type Order, ORDERS } from './gallery-address.ts';
import styles from './filter-bar.module.css';

const ORDER_NAMES = Object.keys(ORDERS).filter((name): name is Order => name in ORDERS);

/** The order, and whether it is a grid or a list. */
export function ViewBar({ state, onChange }: FilterBarProps) {
  const { t } = useTranslation('gallery');
  return (
    <div className={styles['view']}>
      <Select
        label={t('sort.label')}
        look="bare"
        icon={<ArrowDownUp aria-hidden />}
        value={state.order}
        options={ORDER_NAMES.map((value) => ({ value, label: t(`sort.${value}`) }))}
        onChange={(order) => onChange({ order })}
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
