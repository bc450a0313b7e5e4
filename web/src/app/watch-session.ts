import { lookWhoIsThere } from '../shared/api/connection.ts';
import { leaveWithOtherTabs } from '../shared/api/sign-out.ts';
import { whoIsThere } from '../shared/api/viewer.ts';

/**
 * Looks who is signed in when a person comes back to this page: in another window they may have signed in again, or
 * somebody else may have. Leaves where they have signed out.
 */
export function watchSession(): void {
  leaveWithOtherTabs();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void lookWhoIsThere(whoIsThere);
  });
}
