import type { TFunction } from 'i18next';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { pageAt, PATHS } from '../../../shared/addresses.ts';
import { announce } from '../../../shared/ui/live-region.tsx';
import { showToast } from '../../../shared/ui/toast.tsx';
import { type Milestone, milestone } from './milestones.ts';
import { watchUploads } from '../queue/uploads.ts';
import type { UploadsSnapshot } from '../queue/uploads-snapshot.ts';

/** Says how uploads go: to a screen reader, and to whoever is elsewhere in the app when they end. */
export function useAnnouncements(): void {
  const { t } = useTranslation('upload');
  const [path, navigate] = useLocation();
  const told = useEffectEvent((now: UploadsSnapshot, before: UploadsSnapshot) => {
    const reached = milestone(now, before);
    if (!reached) return;
    const text = say(reached, t);
    if (reached.kind !== 'finished' || pageAt(path) === 'upload') return announce(text);
    // A toast is read out by itself.
    showToast({
      text,
      tone: reached.failed > 0 ? 'danger' : 'plain',
      action: { label: t('show'), run: () => navigate(PATHS.upload) },
    });
  });
  useEffect(() => watchUploads((now, before) => told(now, before)), []);
}

function say(reached: Milestone, t: TFunction<'upload'>): string {
  if (reached.kind === 'started') return t('said.started', { count: reached.files });
  return reached.kind === 'finished' ? sayResult(reached, t) : t(`said.${reached.kind}`);
}

function sayResult(
  { done, known, failed }: Extract<Milestone, { kind: 'finished' }>,
  t: TFunction<'upload'>,
): string {
  const parts = [
    done > 0 && t('said.done', { count: done }),
    known > 0 && t('said.known', { count: known }),
    failed > 0 && t('said.failed', { count: failed }),
  ];
  return parts.filter((part) => part !== false).join(t('said.between'));
}
