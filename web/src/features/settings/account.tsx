import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signOut } from '../../shared/api/sign-out.ts';
import { useServerInfo } from '../../shared/api/viewer.ts';
import { Button } from '../../shared/ui/button.tsx';
import styles from './account.module.css';

export interface AccountProps {
  email: string;
  name: string | null;
}

/** The signed-in user. Offers to sign out if the server has a sign-out URL. */
export function Account({ email, name }: AccountProps) {
  const { t } = useTranslation('settings');
  const signIn = useServerInfo()?.signIn;
  const [isSigningOut, setSigningOut] = useState(false);
  const url = signIn?.signOutUrl;
  return (
    <div className={styles['account']}>
      <span className={styles['avatar']} aria-hidden>
        {Array.from(name ?? email)[0]?.toUpperCase()}
      </span>
      <div className={styles['names']}>
        {name !== null && <p className={styles['name']}>{name}</p>}
        <p className={name === null ? styles['name'] : styles['email']}>{email}</p>
        {signIn?.mode === 'DEV' && <p className={styles['email']}>{t('account.dev')}</p>}
      </div>
      {url != null && (
        <div className={styles['signOut']}>
          <Button
            icon={<LogOut />}
            isDisabled={isSigningOut}
            onPress={() => {
              setSigningOut(true);
              void signOut(url);
            }}
          >
            {t('account.signOut')}
          </Button>
          <p className={styles['email']}>{t('account.signOutHint')}</p>
        </div>
      )}
    </div>
  );
}
