/** Something a person or the service did, or was refused, that must be found again later. */
export interface AuditEvent {
  /** What was tried, such as `sign-in` or `photo.delete`. */
  action: string;
  outcome: 'allowed' | 'refused' | 'done';
  /** Why it was refused: a short fixed text, never a token, an address or a name. */
  reason?: string;
  /** The identity's `sub`; left out, it is the person of the request that is being answered. */
  userId?: string;
  [detail: string]: string | number | boolean | undefined;
}

/** The record of what was allowed, refused and done; LOG_LEVEL does not thin it out, short of `silent`. */
export abstract class AuditLog {
  abstract record(event: AuditEvent): void;
}
