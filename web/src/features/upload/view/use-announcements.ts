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

/** Announces the progress of uploads to screen readers. If they end while another page is shown, shows a toast. */
export function useAnnouncements(): void {
  const { t } = useTranslation('upload');
  const [path, navigate] = useLocation();
  const onChange = useEffectEvent((now: UploadsSnapshot, before: UploadsSnapshot) => {
    const reached = milestone(now, before);
    if (!reached) return;
    const text = textOf(reached, t);
    if (reached.kind !== 'finished' || pageAt(path) === 'upload') return announce(text);
    // Screen readers also read the toast.
    showToast({
      text,
      tone: reached.failed > 0 ? 'danger' : 'plain',
      action: { label: t('show'), run: () => navigate(PATHS.upload) },
    });
  });
  useEffect(() => watchUploads((now, before) => onChange(now, before)), []);
}

function textOf(reached: Milestone, t: TFunction<'upload'>): string {
  if (reached.kind === 'started') return t('said.started', { count: reached.files });
  return reached.kind === 'finished' ? resultText(reached, t) : t(`said.${reached.kind}`);
}

function resultText(
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
