import { CloudOff, LogIn, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { signInAgain, useConnection } from '../shared/api/connection.ts';
import { useServerInfo, useViewer, fetchIdentity } from '../shared/api/viewer.ts';
import { reloadNewest } from '../shared/pwa/service-worker.ts';
import { Button } from '../shared/ui/button.tsx';
import styles from './banners.module.css';

/** Banners about a lost connection, an expired session, another signed-in user, or an outdated page. */
export function Banners() {
  const { t } = useTranslation();
  const { online, session, outdated } = useConnection();
  const { signInUrl = null, signOutUrl = null } = useServerInfo()?.signIn ?? {};
  // To sign in as this user, the other user must sign out first.
  const url = (session === 'other' ? signOutUrl : null) ?? signInUrl ?? location.origin;
  const email = useViewer()?.email ?? '';
  const reload = <Button onPress={() => void reloadNewest()}>{t('reload')}</Button>;
  const texts = { expired: t('expired'), waiting: t('expiredWaiting'), other: t('otherAccount', { email }) };
  return (
    <div role="status" className={styles['banners']}>
      {!online && <Banner icon={<CloudOff />}>{t('offline')}</Banner>}
      {session !== 'open' && (
        <Banner
          icon={<LogIn />}
          action={
            <>
              <Button variant="primary" onPress={() => void signInAgain(url, fetchIdentity)}>
                {t('signIn')}
              </Button>
              {session === 'other' && reload}
            </>
          }
        >
          {texts[session]}
        </Banner>
      )}
      {outdated && (
        <Banner icon={<RefreshCw />} action={reload}>
          {t('outdated')}
        </Banner>
      )}
    </div>
  );
}

function Banner({ icon, action, children }: { icon: ReactNode; action?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles['banner']}>
      {icon}
      <p className={styles['text']}>{children}</p>
      {action}
    </div>
  );
}
