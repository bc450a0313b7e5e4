import { useTranslation } from 'react-i18next';
import styles from './shortcut-list.module.css';
import { useShortcutList } from './shortcuts.ts';

const NAMES: Record<string, string> = {
  $mod: /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
};

/** The names of the keys of one press. Optional keys, in brackets, are omitted. */
function keysOf(press: string): string[] {
  return press
    .split(/(?<=[\w\]])\+/)
    .filter((key) => !key.startsWith('['))
    .map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}

/** Lists the keyboard shortcuts of the current view. */
export function ShortcutList() {
  const { t } = useTranslation();
  const groups = Map.groupBy(useShortcutList(), ({ group }) => group);
  return [...groups].map(([group, shortcuts]) => (
    <section key={group} className={styles['group']}>
      <h3 className={styles['heading']}>{group}</h3>
      <dl>
        {shortcuts.map(({ keys, label }) => (
          <div key={`${keys} ${label}`} className={styles['row']}>
            <dt>{label}</dt>
            <dd>
              {keys.split(' ').map((press, index) => (
                <span key={press + String(index)}>
                  {index > 0 && <span className={styles['then']}>{t('shortcuts.after')}</span>}
                  {keysOf(press).map((key) => (
                    <kbd key={key} className={styles['key']}>
                      {key}
                    </kbd>
                  ))}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  ));
}
