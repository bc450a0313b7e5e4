/** The values that the app stores in the browser. Without access to localStorage, it stores nothing. */
const KEYS = {
  /** The language and the theme are also read by public/first-paint.js. */
  language: 'imgstream.language',
  theme: 'imgstream.theme',
  searches: 'imgstream.searches',
  /** Set on the first visit. */
  begun: 'imgstream.begun',
  /** Id of the last viewer. */
  viewer: 'imgstream.person',
  /** The sign-out URL, for other tabs. */
  signOut: 'imgstream.sign-out',
} as const;

type Key = keyof typeof KEYS;

let isClosed = false;

/** Returns a stored value, or null. */
export function readLocal(key: Key): string | null {
  try {
    return localStorage.getItem(KEYS[key]);
  } catch {
    return null;
  }
}

export function writeLocal(key: Key, value: string): void {
  if (isClosed) return;
  try {
    localStorage.setItem(KEYS[key], value);
  } catch {
    // Everything important is stored on the server.
  }
}

/** Deletes all values and prevents further ones until the page is reloaded, because the user signs out. */
export function closeLocal(): void {
  isClosed = true;
  clear();
}

/** Deletes all values if they belong to another user than the one who is signed in now. */
export function clearLocalOfOthers(viewerId: string): void {
  const last = readLocal('viewer');
  if (last === viewerId) return;
  if (last !== null) clear();
  writeLocal('viewer', viewerId);
}

/** Calls back when another tab of this browser writes a value. */
export function onLocalWrite(key: Key, callback: (value: string) => void): void {
  addEventListener('storage', (event) => {
    if (event.key === KEYS[key] && event.newValue !== null) callback(event.newValue);
  });
}

function clear(): void {
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    // There is no access, so nothing is stored.
  }
}
