import { Button as AriaButton } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { GRAPHQL_PATH } from '../shared/addresses.ts';
import { useServerInfo } from '../shared/api/viewer.ts';
import styles from './footer.module.css';

/** The version, a link to the GraphQL API, and a button that shows the keyboard shortcuts. */
export function Footer({ onShowShortcuts }: { onShowShortcuts: () => void }) {
  const { t } = useTranslation();
  const version = useServerInfo()?.version;
  return (
    <footer className={styles['footer']} aria-label={t('footer.label')}>
      <span>{version === undefined ? 'ImgStream' : t('footer.version', { version })}</span>
      <a href={GRAPHQL_PATH}>{t('footer.api')}</a>
      <AriaButton className={styles['button'] ?? ''} onPress={onShowShortcuts}>
        {t('footer.shortcuts')}
      </AriaButton>
    </footer>
  );
}
