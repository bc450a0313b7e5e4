import { jest } from '@jest/globals';

/** As a browser's, as far as it is used. */
class FakeStorage extends Map<string, string> {
  getItem = (name: string) => this.get(name) ?? null;
  setItem = (name: string, value: string) => void this.set(name, value);
}

let storage: FakeStorage;
let module: typeof import('./kept.ts');
beforeEach(async () => {
  storage = new FakeStorage();
  Object.assign(globalThis, { localStorage: storage, sessionStorage: new FakeStorage() });
  jest.resetModules();
  module = await import('./kept.ts');
});
afterAll(() => {
  Reflect.deleteProperty(globalThis, 'localStorage');
  Reflect.deleteProperty(globalThis, 'sessionStorage');
});

it('keeps what belongs to a person for that person alone', () => {
  module.keep('searches', '["secret"]');
  module.forgetOthers('ada');
  expect(module.kept('searches')).toBe('["secret"]');
  module.forgetOthers('ada');
  expect(module.kept('searches')).toBe('["secret"]');
  module.forgetOthers('bob');
  expect([module.kept('searches'), module.kept('person')]).toEqual([null, 'bob']);
});

it('keeps nothing any more when the person signs out, whatever is said afterwards', () => {
  module.keep('language', 'ja');
  module.keepNothing();
  module.keep('language', 'ja');
  module.forgetOthers('ada');
  expect(storage.size).toBe(0);
});

it('does without where storage is shut', () => {
  const shut = () => {
    throw new DOMException('Denied', 'SecurityError');
  };
  Object.assign(globalThis, { localStorage: { getItem: shut, setItem: shut, clear: shut } });
  module.keep('theme', 'DARK');
  module.forgetOthers('ada');
  module.keepNothing();
  expect(module.kept('theme')).toBeNull();
});
