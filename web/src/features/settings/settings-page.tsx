import { useTranslation } from 'react-i18next';
import { useViewer } from '../../shared/api/viewer.ts';
import { ShortcutList } from '../../shared/keyboard/shortcut-list.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { Skeleton } from '../../shared/ui/skeleton.tsx';
import { Account } from './account.tsx';
import { Preferences } from './preferences.tsx';
import { Section } from './section.tsx';
import { StorageByType } from './storage-by-type.tsx';
import styles from './settings-page.module.css';

/** The display settings, the storage usage, the account and the keyboard shortcuts. */
export default function SettingsPage() {
  const { t } = useTranslation('settings');
  const viewer = useViewer();
  return (
    <Page title={t('title')}>
      {viewer ? (
        <div className={styles['sections']}>
          <Section title={t('display')}>
            <Preferences settings={viewer.settings} />
          </Section>
          <Section title={t('storage.title')}>
            <StorageByType storage={viewer.storage} />
          </Section>
          <Section title={t('account.title')}>
            <Account email={viewer.email} name={viewer.name} />
          </Section>
          <Section title={t('shortcuts')}>
            <ShortcutList />
          </Section>
        </div>
      ) : (
        <Skeleton height="420px" />
      )}
    </Page>
  );
}
