import { CircleAlert, CloudOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ApiError, type ApiErrorKind, kindOf } from '../api/api-error.ts';
import { reloadNewest } from '../pwa/service-worker.ts';
import { Button } from './button.tsx';
import { Empty } from './empty.tsx';
import styles from './problem.module.css';

const TEXTS = {
  offline: ['problem.offline', 'problem.offlineAdvice'],
  'signed-out': ['problem.signedOut', 'problem.signedOutAdvice'],
  'rate-limited': ['problem.rateLimited', 'problem.rateLimitedAdvice'],
  outdated: ['problem.outdated', 'problem.outdatedAdvice'],
  refused: ['problem.refused', 'problem.refusedAdvice'],
  fault: ['problem.fault', 'problem.faultAdvice'],
} as const satisfies Record<ApiErrorKind, readonly [string, string]>;

export interface ProblemProps {
  error: unknown;
  onRetry?: () => void;
}

/** Replaces content that cannot be shown. Explains the problem and what to do, with the request ID if there is one. */
export function Problem({ error, onRetry }: ProblemProps) {
  const { t } = useTranslation();
  const kind = kindOf(error);
  const [title, advice] = TEXTS[kind];
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  return (
    <div role="alert">
      <Empty
        icon={kind === 'offline' ? <CloudOff /> : <CircleAlert />}
        title={t(title)}
        heading="h1"
        text={t(advice)}
      >
        {requestId && (
          <p className={styles['request']}>
            {t('problem.requestId')} <code>{requestId}</code>
          </p>
        )}
        {kind === 'outdated' ? (
          <Button variant="primary" onPress={() => void reloadNewest()}>
            {t('reload')}
          </Button>
        ) : (
          onRetry && (
            <Button variant="primary" onPress={onRetry}>
              {t('retry')}
            </Button>
          )
        )}
      </Empty>
    </div>
  );
}
