/** User as described by the proxy's verified assertion. */
export interface Identity {
  /** Stable key of the user: the assertion's `sub`, unchanged. */
  sub: string;
  email: string;
  name: string | null;
  avatarUrl: string | null;
}

declare module 'http' {
  interface IncomingMessage {
    /** Set before the body is read, on all paths except the health probes. */
    identity?: Identity;
  }
}
