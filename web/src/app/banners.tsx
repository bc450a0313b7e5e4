import { CloudOff, LogIn, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { signInAgain, useConnection } from '../shared/api/connection.ts';
import { isSignedIn, useServerInfo } from '../shared/api/viewer.ts';
import { reloadNewest } from '../shared/pwa/service-worker.ts';
import { Button } from '../shared/ui/button.tsx';
import styles from './banners.module.css';

/** What stands between this page and the service; nothing where all is well. */
export function Banners() {
  const { t } = useTranslation();
  const { online, session, outdated } = useConnection();
  const signInUrl = useServerInfo()?.signIn.signInUrl ?? null;
  return (
    <div role="status" className={styles['banners']}>
      {!online && <Banner icon={<CloudOff />}>{t('offline')}</Banner>}
      {session !== 'open' && (
        <Banner
          icon={<LogIn />}
          action={
            <Button
              variant="primary"
              onPress={() => void signInAgain(signInUrl ?? location.origin, isSignedIn)}
            >
              {t('signIn')}
            </Button>
          }
        >
          {t(session === 'waiting' ? 'expiredWaiting' : 'expired')}
        </Banner>
      )}
      {outdated && (
        <Banner
          icon={<RefreshCw />}
          action={<Button onPress={() => void reloadNewest()}>{t('reload')}</Button>}
        >
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
