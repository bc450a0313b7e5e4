import type { ReactNode } from 'react';
import { Menu as AriaMenu, MenuItem as AriaMenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import styles from './menu.module.css';

export interface MenuEntry {
  id: string;
  label: string;
  icon?: ReactNode;
  run: () => void;
}

export interface MenuProps {
  /** The button that opens the menu. */
  trigger: ReactNode;
  label: string;
  entries: MenuEntry[];
}

/** A button with a menu of actions. */
export function Menu({ trigger, label, entries }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={styles['popover'] ?? ''} placement="bottom end">
        <AriaMenu
          aria-label={label}
          className={styles['menu'] ?? ''}
          onAction={(key) => entries.find(({ id }) => id === key)?.run()}
        >
          {entries.map(({ id, label: text, icon }) => (
            <AriaMenuItem key={id} id={id} textValue={text} className={styles['item'] ?? ''}>
              {icon}
              {text}
            </AriaMenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
