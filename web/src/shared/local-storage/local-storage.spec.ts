import { jest } from '@jest/globals';

/** The part of the Storage interface that is used. */
class FakeStorage extends Map<string, string> {
  getItem = (name: string) => this.get(name) ?? null;
  setItem = (name: string, value: string) => void this.set(name, value);
}

let storage: FakeStorage;
let module: typeof import('./local-storage.ts');
beforeEach(async () => {
  storage = new FakeStorage();
  Object.assign(globalThis, { localStorage: storage, sessionStorage: new FakeStorage() });
  jest.resetModules();
  module = await import('./local-storage.ts');
});
afterAll(() => {
  Reflect.deleteProperty(globalThis, 'localStorage');
  Reflect.deleteProperty(globalThis, 'sessionStorage');
});

it('deletes the values of the previous user when another user signs in', () => {
  module.writeLocal('searches', '["secret"]');
  module.clearLocalOfOthers('ada');
  expect(module.readLocal('searches')).toBe('["secret"]');
  module.clearLocalOfOthers('ada');
  expect(module.readLocal('searches')).toBe('["secret"]');
  module.clearLocalOfOthers('bob');
  expect([module.readLocal('searches'), module.readLocal('viewer')]).toEqual([null, 'bob']);
});

it('stores nothing after the user has signed out', () => {
  module.writeLocal('language', 'ja');
  module.closeLocal();
  module.writeLocal('language', 'ja');
  module.clearLocalOfOthers('ada');
  expect(storage.size).toBe(0);
});

it('works without access to localStorage', () => {
  const denied = () => {
    throw new DOMException('Denied', 'SecurityError');
  };
  Object.assign(globalThis, { localStorage: { getItem: denied, setItem: denied, clear: denied } });
  module.writeLocal('theme', 'DARK');
  module.clearLocalOfOthers('ada');
  module.closeLocal();
  expect(module.readLocal('theme')).toBeNull();
});
