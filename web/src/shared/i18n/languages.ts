import i18next, { changeLanguage, use } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readLocal, writeLocal } from '../local-storage/local-storage.ts';

export const LANGUAGES = ['ja', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const load = {
  ja: async () => (await import('./ja.ts')).ja,
  en: async () => (await import('./en.ts')).en,
};

/** The first of some language tags (BCP 47) that is in a language of ours, as that; English where none is. */
export function nearestLanguage(...tags: readonly (string | null)[]): Language {
  for (const tag of tags) {
    const found = LANGUAGES.find((language) => tag?.toLowerCase().split('-')[0] === language);
    if (found) return found;
  }
  return 'en';
}

/** Loads the texts of the language that was kept from last time, else of the browser's. */
export async function startLanguages(): Promise<void> {
  await use(initReactI18next).init({
    fallbackLng: false,
    defaultNS: 'frame',
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await showLanguage(nearestLanguage(readLocal('language'), ...navigator.languages));
}

let wanted: Language | null = null;

/** Shows everything in a language from now on; of two that are asked for, the later, whichever comes first. */
export async function showLanguage(language: Language): Promise<void> {
  wanted = language;
  writeLocal('language', language);
  if (!i18next.hasResourceBundle(language, 'frame')) {
    for (const [namespace, texts] of Object.entries(await load[language]()))
      i18next.addResourceBundle(language, namespace, texts);
  }
  if (wanted !== language) return;
  document.documentElement.lang = language;
  if (i18next.language !== language) await changeLanguage(language);
}
