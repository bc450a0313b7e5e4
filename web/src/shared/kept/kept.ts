/** What this browser keeps from one visit to the next. Where its storage is shut, it keeps nothing. */
const NAMES = {
  language: 'imgstream.language',
  /** Read by public/first-paint.js, as the language is. */
  theme: 'imgstream.theme',
  searches: 'imgstream.searches',
  /** That the person has been here before. */
  begun: 'imgstream.begun',
  /** Whose photos it showed last. */
  person: 'imgstream.person',
  /** Where the person goes to sign out; other tabs hear of it. */
  signOut: 'imgstream.sign-out',
} as const;

type Name = keyof typeof NAMES;

let isLeaving = false;

export function kept(name: Name): string | null {
  try {
    return localStorage.getItem(NAMES[name]);
  } catch {
    return null;
  }
}

export function keep(name: Name, value: string): void {
  if (isLeaving) return;
  try {
    localStorage.setItem(NAMES[name], value);
  } catch {
    // What matters is kept on the server.
  }
}

/** Forgets everything, and keeps nothing more in this page's life: the person signs out. */
export function keepNothing(): void {
  isLeaving = true;
  forgetKept();
}

/** What is kept of one person is not shown to the next. */
export function forgetOthers(person: string): void {
  const last = kept('person');
  if (last === person) return;
  if (last !== null) forgetKept();
  keep('person', person);
}

/** Calls back when another tab of this browser keeps something under a name. */
export function onKept(name: Name, tell: (value: string) => void): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key === NAMES[name] && newValue !== null) tell(newValue);
  });
}

function forgetKept(): void {
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    // There is nothing in it.
  }
}
