import i18next, { init, t } from 'i18next';
import { nearestLanguage, showLanguage } from './languages.ts';

describe('the nearest language', () => {
  it.each([
    [['ja-JP'], 'ja'],
    [['en-GB', 'ja'], 'en'],
    [['fr-FR', 'JA', 'en'], 'ja'],
    [['jam'], 'en'],
    [[null, 'ja'], 'ja'],
    [['fr'], 'en'],
    [[], 'en'],
  ])('of %j is %s', (tags, expected) => expect(nearestLanguage(...tags)).toBe(expected));
});

describe('what is shown', () => {
  const page = { documentElement: { lang: '' } };
  beforeAll(async () => {
    Object.assign(globalThis, { document: page });
    await init({ fallbackLng: false, defaultNS: 'frame' });
  });
  afterAll(() => Reflect.deleteProperty(globalThis, 'document'));

  it('is in the language that was asked for last, whichever was loaded first', async () => {
    await showLanguage('en');
    expect([i18next.language, page.documentElement.lang, t('nav.upload')]).toEqual(['en', 'en', 'Upload']);
    // The texts of the first are on their way while those of the second are here.
    await Promise.all([showLanguage('ja'), showLanguage('en')]);
    expect([i18next.language, page.documentElement.lang]).toEqual(['en', 'en']);
    await showLanguage('ja');
    expect([i18next.language, t('nav.upload')]).toEqual(['ja', 'アップロード']);
  });
});
