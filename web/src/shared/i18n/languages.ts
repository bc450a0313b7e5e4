import i18next, { changeLanguage, use } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readLocal, writeLocal } from '../local-storage/local-storage.ts';

export const LANGUAGES = ['ja', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const load = {
  ja: async () => (await import('./ja.ts')).ja,
  en: async () => (await import('./en.ts')).en,
};

/** Returns the language of the first tag (BCP 47) that the app supports, or English if it supports none. */
export function nearestLanguage(...tags: readonly (string | null)[]): Language {
  for (const tag of tags) {
    const found = LANGUAGES.find((language) => tag?.toLowerCase().split('-')[0] === language);
    if (found) return found;
  }
  return 'en';
}

/** Loads the texts of the language stored at the last visit, or of the browser's language. */
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

/** Switches to a language. If several calls overlap, the last one wins, regardless of which texts are loaded first. */
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
