import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Settings, useUpdateSettings } from '../../shared/api/viewer.ts';
import type { SettingsPatch } from '../../shared/api/generated/graphql.ts';
import { LANGUAGES, nearestLanguage } from '../../shared/i18n/languages.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Choice } from '../../shared/ui/choice.tsx';
import { Select } from '../../shared/ui/select.tsx';
import { showToast } from '../../shared/ui/toast.tsx';
import styles from './preferences.module.css';
import { ownTimeZone } from '../../shared/i18n/own-time-zone.ts';
import { timeZones } from './time-zones.ts';

const PAGE_SIZES = [25, 50, 100, 200];
const LANGUAGE_NAMES = { ja: '日本語', en: 'English' };

/** The settings that the user can change. Each change is saved on the server immediately. */
export function Preferences({ settings }: { settings: Settings }) {
  const { t, i18n } = useTranslation('settings');
  const update = useUpdateSettings();
  const zones = useMemo(
    () => timeZones(settings.timeZone, i18n.language),
    [settings.timeZone, i18n.language],
  );
  const change = (patch: SettingsPatch) => {
    const failed = () =>
      showToast({
        text: t('failed'),
        tone: 'danger',
        action: { label: t('again'), run: () => change(patch) },
      });
    update.mutate(patch, {
      onError: failed,
      onSuccess: ({ updateSettings }) => updateSettings.__typename === 'InvalidInputError' && failed(),
    });
  };
  const sizes = [...new Set([...PAGE_SIZES, settings.pageSize])].toSorted((a, b) => a - b);
  const own = ownTimeZone();
  return (
    <div className={styles['preferences']}>
      <Choice
        label={t('language')}
        value={nearestLanguage(settings.locale)}
        options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value], lang: value }))}
        onChange={(locale) => change({ locale })}
      />
      <Choice
        label={t('theme.label')}
        value={settings.theme}
        options={[
          { value: 'SYSTEM', label: t('theme.system') },
          { value: 'LIGHT', label: t('theme.light') },
          { value: 'DARK', label: t('theme.dark') },
        ]}
        onChange={(theme) => change({ theme })}
      />
      <div className={styles['row']}>
        <Select
          label={t('pageSize')}
          value={String(settings.pageSize)}
          options={sizes.map((size) => ({ value: String(size), label: t('photos', { count: size }) }))}
          onChange={(size) => change({ pageSize: Number(size) })}
        />
        <div className={styles['zone']}>
          <Select
            label={t('timeZone')}
            value={settings.timeZone}
            options={zones}
            onChange={(timeZone) => change({ timeZone })}
          />
          {own !== settings.timeZone && (
            <Button variant="quiet" onPress={() => change({ timeZone: own })}>
              {t('ownTimeZone', { zone: own.replaceAll('_', ' ') })}
            </Button>
          )}
        </div>
      </div>
      <p className={styles['hint']}>{t('kept')}</p>
    </div>
  );
}
