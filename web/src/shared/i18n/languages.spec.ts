import i18next, { init, t } from 'i18next';
import { nearestLanguage, showLanguage } from './languages.ts';

describe('nearestLanguage', () => {
  it.each([
    [['ja-JP'], 'ja'],
    [['en-GB', 'ja'], 'en'],
    [['fr-FR', 'JA', 'en'], 'ja'],
    [['jam'], 'en'],
    [[null, 'ja'], 'ja'],
    [['fr'], 'en'],
    [[], 'en'],
  ])('returns for %j: %s', (tags, expected) => expect(nearestLanguage(...tags)).toBe(expected));
});

describe('showLanguage', () => {
  const page = { documentElement: { lang: '' } };
  beforeAll(async () => {
    Object.assign(globalThis, { document: page });
    await init({ fallbackLng: false, defaultNS: 'frame' });
  });
  afterAll(() => Reflect.deleteProperty(globalThis, 'document'));

  it('shows the language of the last call, regardless of which is loaded first', async () => {
    await showLanguage('en');
    expect([i18next.language, page.documentElement.lang, t('nav.upload')]).toEqual(['en', 'en', 'Upload']);
    // The texts of Japanese are still being loaded, and those of English are loaded already.
    await Promise.all([showLanguage('ja'), showLanguage('en')]);
    expect([i18next.language, page.documentElement.lang]).toEqual(['en', 'en']);
    await showLanguage('ja');
    expect([i18next.language, t('nav.upload')]).toEqual(['ja', 'アップロード']);
  });
});
