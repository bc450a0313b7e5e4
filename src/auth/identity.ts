/** A person, as the proxy's verified assertion names them. */
export interface Identity {
  /** The stable key of the person: the assertion's `sub`, as it is. */
  sub: string;
  email: string;
  name: string | null;
  avatarUrl: string | null;
}

declare module 'http' {
  interface IncomingMessage {
    /** Set before a byte of the body is read, on every path but the health probes. */
    identity?: Identity;
  }
}
