import { checkIdentity } from '../shared/api/connection.ts';
import { leaveWithOtherTabs } from '../shared/api/sign-out.ts';
import { fetchIdentity } from '../shared/api/viewer.ts';

/**
 * Checks who is signed in when the page becomes visible, because the user, or another user, may have signed in in another
 * window. Signs out when the user signs out in another tab.
 */
export function watchSession(): void {
  leaveWithOtherTabs();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void checkIdentity(fetchIdentity);
  });
}
