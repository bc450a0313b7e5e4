/** Actions that the audit log records, for HTTP and WebSocket. */
export type AuditAction = 'sign-in' | 'cross-origin' | 'photo.delete' | 'photo.purge';

/** An action of a user or of the service that an administrator may have to find later. */
export interface AuditEvent {
  action: AuditAction;
  outcome: 'allowed' | 'refused' | 'done';
  /** Reason for a refusal: a short fixed text, never a token, an e-mail address or a name. */
  reason?: string;
  /** How the request arrived. Omitted for actions of the service itself. */
  transport?: 'http' | 'websocket';
  /** The identity's `sub`. Defaults to the user of the current request. */
  userId?: string;
  [detail: string]: string | number | boolean | readonly string[] | undefined;
}

/** Records security-relevant actions. LOG_LEVEL does not filter the records, except for `silent`. */
export abstract class AuditLog {
  abstract record(event: AuditEvent): void;
}
