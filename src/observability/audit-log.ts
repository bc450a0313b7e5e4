/** Actions that the audit log records, over HTTP and WebSocket alike. */
export type AuditAction = 'sign-in' | 'cross-origin' | 'photo.delete' | 'photo.purge';

/** An action of a user or of the service that an administrator may have to find later. */
export interface AuditEvent {
  action: AuditAction;
  outcome: 'allowed' | 'refused' | 'done';
  /** Reason of a refusal: a short fixed text, never a token, an address or a name. */
  reason?: string;
  /** How the request arrived; left out for actions of the service itself. */
  transport?: 'http' | 'websocket';
  /** The identity's `sub`. Default: the user whose request is being handled. */
  userId?: string;
  [detail: string]: string | number | boolean | readonly string[] | undefined;
}

/** Records what was allowed, refused and done. LOG_LEVEL does not filter it, except for `silent`. */
export abstract class AuditLog {
  abstract record(event: AuditEvent): void;
}
