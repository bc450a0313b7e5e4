/** What a client is told of signing in. The addresses are paths of this service, or URLs; null where there is none. */
export interface SignInConfig {
  mode: 'dev' | 'iap' | 'proxy';
  /** Where a person whose session has expired signs in again. */
  signInUrl: string | null;
  signOutUrl: string | null;
}

/**
 * The addresses of a mode. With iap they are Google's own, which its proxy answers itself:
 * https://cloud.google.com/iap/docs/sessions-howto
 */
export function signInOf(mode: SignInConfig['mode'], signOutUrl: string | null = null): SignInConfig {
  if (mode === 'dev') return { mode, signInUrl: null, signOutUrl: null };
  // A proxy asks who is there at any page; by the query, a browser knows not to answer with one that it has kept.
  if (mode === 'proxy') return { mode, signInUrl: '/?sign-in', signOutUrl };
  return {
    mode,
    signInUrl: '/?gcp-iap-mode=DO_SESSION_REFRESH',
    signOutUrl: signOutUrl ?? '/?gcp-iap-mode=CLEAR_LOGIN_COOKIE',
  };
}

/** Whether a browser can be sent there: an http(s) URL, or a path of this service. */
export function isAddress(value: string): boolean {
  const here = 'https://here.invalid';
  const address = URL.parse(value, here);
  if (!address || !/^https?:$/.test(address.protocol)) return false;
  return value.startsWith('/') || address.origin !== here;
}
