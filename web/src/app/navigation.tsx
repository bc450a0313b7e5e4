import { House, Images, Settings, Trash2, Upload } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { pageAt, PATHS } from '../shared/addresses.ts';
import styles from './navigation.module.css';

const LINKS = [
  { name: 'home', Icon: House },
  { name: 'upload', Icon: Upload },
  { name: 'gallery', Icon: Images },
  { name: 'trash', Icon: Trash2 },
  { name: 'settings', Icon: Settings },
] as const;

/** Links to the main pages: beside the content, or below it on a phone. */
export function Navigation() {
  const { t } = useTranslation();
  const [path] = useLocation();
  const current = pageAt(path);
  return (
    <nav className={styles['navigation']} aria-label={t('nav.label')}>
      <ul className={styles['list']}>
        {LINKS.map(({ name, Icon }) => (
          <li key={name} className={styles['item']}>
            <Link
              href={PATHS[name]}
              className={styles['link'] ?? ''}
              {...(current === name ? { 'aria-current': 'page' } : {})}
            >
              <span className={styles['icon']}>
                <Icon aria-hidden />
              </span>
              <span className={styles['name']}>{t(`nav.${name}`)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
