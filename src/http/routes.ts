/** Properties of all paths that have the same first segment. */
interface Route {
  path: `/${string}`;
  /** `anyone`: no verified identity is required. `user`: a request without one gets 401 before its body is read. */
  access: 'anyone' | 'user';
  /** Level of the log line of a successful request. */
  logLevel: 'debug' | 'info';
}

/**
 * Paths that the service handles itself. Every other path is a page of the web app and requires an identity, so
 * that a forgotten entry never exposes anything.
 */
export const ROUTES = {
  graphql: { path: '/graphql', access: 'user', logLevel: 'info' },
  media: { path: '/media', access: 'user', logLevel: 'info' },
  uploads: { path: '/uploads', access: 'user', logLevel: 'info' },
  playground: { path: '/playground', access: 'user', logLevel: 'info' },
  /** Files of the web app whose names contain a hash of their content. */
  assets: { path: '/assets', access: 'user', logLevel: 'info' },
  clearSiteData: { path: '/clear-site-data', access: 'user', logLevel: 'info' },
  /** Logged at debug level, because probes are frequent and failing dependencies are logged separately. */
  health: { path: '/health', access: 'anyone', logLevel: 'debug' },
} as const satisfies Record<string, Route>;

const BY_PATH = new Map<string, Route>(Object.values(ROUTES).map((route) => [route.path, route]));

/** First path segments of ROUTES, without the slash. */
export const SERVER_PATHS: readonly string[] = Object.values(ROUTES).map(({ path }) => path.slice(1));

/** Returns the route of a path without a query string, or null for the web app's pages. Ignores case, like Express. */
export function findRoute(path: string): Route | null {
  const [, segment = ''] = path.split('/', 2);
  return BY_PATH.get(`/${segment.toLowerCase()}`) ?? null;
}

/** Whether `path` is the path of the route itself, ignoring case and a trailing slash. */
export function isRoot({ path: root }: Route, path: string): boolean {
  return path.replace(/\/$/, '').toLowerCase() === root;
}
