import { useEffect } from 'react';
import { useViewer } from '../shared/api/viewer.ts';
import { nearestLanguage, showLanguage } from '../shared/i18n/languages.ts';
import { writeLocal } from '../shared/local-storage/local-storage.ts';

/** Applies the language and theme of the user's settings, and stores them for the first paint of the next visit. */
export function useAppearance(): void {
  const settings = useViewer()?.settings;
  useEffect(() => {
    if (settings) void showLanguage(nearestLanguage(settings.locale));
  }, [settings?.locale]);
  useEffect(() => {
    if (!settings) return;
    const { theme } = settings;
    if (theme === 'SYSTEM') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme.toLowerCase();
    writeLocal('theme', theme);
  }, [settings?.theme]);
}
