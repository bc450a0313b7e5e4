import { House, Images, Settings, Trash2, Upload } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import styles from './navigation.module.css';

const VIEWS = [
  { path: '/', name: 'home', Icon: House },
  { path: '/upload', name: 'upload', Icon: Upload },
  { path: '/gallery', name: 'gallery', Icon: Images },
  { path: '/trash', name: 'trash', Icon: Trash2 },
  { path: '/settings', name: 'settings', Icon: Settings },
] as const;

/** The way to every view: beside the content, or under it on a phone. */
export function Navigation() {
  const { t } = useTranslation();
  const [current] = useLocation();
  return (
    <nav className={styles['navigation']} aria-label={t('nav.label')}>
      <ul className={styles['list']}>
        {VIEWS.map(({ path, name, Icon }) => (
          <li key={path} className={styles['item']}>
            <Link
              href={path}
              className={styles['link'] ?? ''}
              {...(current === path ? { 'aria-current': 'page' } : {})}
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
