/** Sign-in settings that clients need. Each URL is absolute or a path on this origin, or null if not available. */
export interface SignInConfig {
  mode: 'dev' | 'iap' | 'proxy';
  /** URL at which the user signs in again after the session has expired. */
  signInUrl: string | null;
  signOutUrl: string | null;
}

/**
 * Returns the sign-in settings of a mode. The default URLs of `iap` are handled by Google's proxy itself:
 * https://cloud.google.com/iap/docs/sessions-howto
 */
export function signInOf(mode: SignInConfig['mode'], signOutUrl: string | null = null): SignInConfig {
  if (mode === 'dev') return { mode, signInUrl: null, signOutUrl: null };
  // A request for any page makes the proxy ask the user to sign in. The query string prevents the browser from using a
  // cached page instead.
  if (mode === 'proxy') return { mode, signInUrl: '/?sign-in', signOutUrl };
  return {
    mode,
    signInUrl: '/?gcp-iap-mode=DO_SESSION_REFRESH',
    signOutUrl: signOutUrl ?? '/?gcp-iap-mode=CLEAR_LOGIN_COOKIE',
  };
}

/** Whether a value is an http(s) URL or an absolute path, so that a browser can open it. */
export function isUrlOrPath(value: string): boolean {
  const base = 'https://base.invalid';
  const url = URL.parse(value, base);
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  return value.startsWith('/') || url.origin !== base;
}
