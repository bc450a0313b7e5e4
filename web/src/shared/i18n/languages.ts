import i18next, { changeLanguage, use } from 'i18next';
import { initReactI18next } from 'react-i18next';

export const LANGUAGES = ['ja', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = 'imgstream.language';

const load = {
  ja: async () => (await import('./ja.ts')).ja,
  en: async () => (await import('./en.ts')).en,
};

/** The language of ours that comes nearest to a language tag (BCP 47). */
export function nearestLanguage(tag: string): Language {
  return /^ja\b/i.test(tag) ? 'ja' : 'en';
}

/** Loads the texts of the language that was kept from last time, else of the browser's. */
export async function startLanguages(): Promise<void> {
  await use(initReactI18next).init({
    fallbackLng: false,
    defaultNS: 'frame',
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await showLanguage(nearestLanguage(keptLanguage() ?? navigator.language));
}

/** Shows everything in a language from now on. */
export async function showLanguage(language: Language): Promise<void> {
  document.documentElement.lang = language;
  keepLanguage(language);
  if (i18next.language === language) return;
  for (const [namespace, texts] of Object.entries(await load[language]()))
    i18next.addResourceBundle(language, namespace, texts);
  await changeLanguage(language);
}

function keptLanguage(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // Kept on the server all the same.
  }
}
