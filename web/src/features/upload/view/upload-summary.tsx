import { Pause, Play, RotateCw, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useConnection } from '../../../shared/api/connection.ts';
import { type Format, useFormat } from '../../../shared/i18n/format.ts';
import { Button } from '../../../shared/ui/button.tsx';
import { Progress } from '../../../shared/ui/progress.tsx';
import { timeLeft } from './time-left.ts';
import styles from './upload-summary.module.css';
import { useUploads, withQueue } from '../queue/uploads.ts';
import { underWay, type UploadsSnapshot } from '../queue/uploads-snapshot.ts';

/** The progress, speed and remaining time of all uploads together, with their actions. */
export function UploadSummary() {
  const { t } = useTranslation('upload');
  const format = useFormat();
  const uploads = useUploads((now) => now);
  const { totals, isPaused } = uploads;
  const left = underWay(totals);
  const share = totals.allBytes === 0 ? 1 : totals.pastBytes / totals.allBytes;
  const state = useStateText(uploads);
  const ended = totals.files - left;
  return (
    <section className={styles['summary']} aria-label={t('summary.label')}>
      <div className={styles['head']}>
        <div className={styles['words']}>
          <p className={styles['state']}>{state}</p>
          <p className={styles['figures']}>
            {t('summary.files', { done: format.number(ended), count: totals.files })}
            {left > 0 && <Figures uploads={uploads} format={format} />}
          </p>
        </div>
        <div className={styles['buttons']}>
          {left > 0 && (
            <>
              <Button
                icon={isPaused ? <Play /> : <Pause />}
                onPress={() => void withQueue((queue) => (isPaused ? queue.resume() : queue.pause()))}
              >
                {t(isPaused ? 'resume' : 'pause')}
              </Button>
              <Button icon={<X />} onPress={() => void withQueue((queue) => queue.cancel())}>
                {t('cancelAll')}
              </Button>
            </>
          )}
          {totals.retryable > 0 && (
            <Button icon={<RotateCw />} onPress={() => void withQueue((queue) => queue.retry())}>
              {t('retryFailed', { count: totals.retryable })}
            </Button>
          )}
          {left === 0 && (
            <span className={styles['clear']}>
              <Button variant="quiet" onPress={() => void withQueue((queue) => queue.clear())}>
                {t('clear')}
              </Button>
            </span>
          )}
        </div>
      </div>
      {left > 0 && (
        <Progress
          label={t('summary.progress')}
          value={share}
          valueText={format.percent(Math.floor(share * 100) / 100)}
        />
      )}
    </section>
  );
}

function Figures({ uploads, format }: { uploads: UploadsSnapshot; format: Format }) {
  const { t } = useTranslation('upload');
  const { totals, bytesPerSecond, timeLeftMs } = uploads;
  const bytes = t('summary.bytes', {
    past: format.bytes(totals.pastBytes),
    all: format.bytes(totals.allBytes),
  });
  const rough = timeLeftMs === null ? null : timeLeft(timeLeftMs);
  return (
    <>
      <span>{bytes}</span>
      {bytesPerSecond !== null && <span>{t('summary.speed', { speed: format.bytes(bytesPerSecond) })}</span>}
      {rough?.kind === 'moments' && <span>{t('left.moments')}</span>}
      {rough?.kind === 'minutes' && <span>{t('left.minutes', { count: rough.minutes })}</span>}
      {rough?.kind === 'hours' && <span>{t('left.hours', rough)}</span>}
    </>
  );
}

function useStateText({ totals, isPaused, pauseReason }: UploadsSnapshot): string {
  const { t } = useTranslation('upload');
  const { online, session } = useConnection();
  if (underWay(totals) === 0) return t(totals.count.failed > 0 ? 'state.endedWithFailures' : 'state.ended');
  if (session !== 'open') return t('state.signedOut');
  if (!online || pauseReason === 'offline') return t('state.offline');
  if (isPaused) return t('state.paused');
  if (pauseReason === 'busy') return t('state.busy');
  const isSending = totals.count.sending + totals.count.declared > 0;
  if (isSending) return t('state.sending');
  return t(totals.count.sent + totals.count.completing > 0 ? 'state.completing' : 'state.preparing');
}
