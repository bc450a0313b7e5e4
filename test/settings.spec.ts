import { Client, startApp, type TestApp } from './support/app.ts';

let app: TestApp;
let client: Client;

beforeAll(async () => {
  app = await startApp();
  ({ client } = app);
  await client.data('mutation { updateSettings(patch: { timeZone: "Asia/Tokyo" }) { __typename } }');
});
afterAll(() => app.close());

describe('settings', () => {
  it('use the language of the request until the user chooses one', async () => {
    const clientOf = (language: string) => new Client(app.url, { 'accept-language': language });
    const locale = async (language: string) =>
      (await clientOf(language).data('{ viewer { settings { locale } } }'))['viewer'].settings.locale;
    expect(await locale('ja-JP,ja;q=0.9,en;q=0.8')).toBe('ja');
    expect(await locale('fr')).toBe('en');
    const { updateSettings } = await clientOf('ja').data(
      'mutation { updateSettings(patch: { pageSize: 50 }) { ... on Settings { locale } } }',
    );
    expect(updateSettings.locale).toBe('ja');
    expect(await locale('en')).toBe('en');
    await clientOf('ja').data('mutation { updateSettings(patch: { locale: "en" }) { __typename } }');
    expect(await locale('ja')).toBe('en');
  });

  it('are stored and validated individually', async () => {
    const update =
      'mutation ($patch: SettingsPatch!) { updateSettings(patch: $patch) { ... on Settings { locale theme pageSize timeZone } ... on InvalidInputError { code field } } }';
    expect((await client.data(update, { patch: { locale: 'ja', theme: 'DARK' } }))['updateSettings']).toEqual(
      { locale: 'ja', theme: 'DARK', pageSize: 50, timeZone: 'Asia/Tokyo' },
    );
    for (const [field, value] of Object.entries({
      locale: 'not a tag',
      pageSize: 201,
      timeZone: 'Mars/Olympus',
      theme: null,
    }))
      expect((await client.data(update, { patch: { [field]: value } }))['updateSettings']).toEqual({
        code: 'INVALID_INPUT',
        field,
      });
    expect((await client.data('{ viewer { settings { locale theme } } }'))['viewer'].settings).toEqual({
      locale: 'ja',
      theme: 'DARK',
    });
  });
});
