/** Properties of all paths that begin with one first segment. */
interface Route {
  path: `/${string}`;
  /** `anyone`: answered without a verified identity. `user`: refused with 401 before a byte of the body is read. */
  access: 'anyone' | 'user';
  /** Level of the line that is logged for a request that succeeded. */
  logLevel: 'debug' | 'info';
}

/**
 * The paths that the service answers itself; every other path is a page of the web app. A path that is missing here
 * belongs to the web app and requires an identity, so that a forgotten entry never opens anything.
 */
export const ROUTES = {
  graphql: { path: '/graphql', access: 'user', logLevel: 'info' },
  media: { path: '/media', access: 'user', logLevel: 'info' },
  uploads: { path: '/uploads', access: 'user', logLevel: 'info' },
  playground: { path: '/playground', access: 'user', logLevel: 'info' },
  /** Files of the web app whose names contain a hash of their content. */
  assets: { path: '/assets', access: 'user', logLevel: 'info' },
  clearSiteData: { path: '/clear-site-data', access: 'user', logLevel: 'info' },
  /** Probes arrive every few seconds; a failing dependency is logged by its own check. */
  health: { path: '/health', access: 'anyone', logLevel: 'debug' },
} as const satisfies Record<string, Route>;

const BY_PATH = new Map<string, Route>(Object.values(ROUTES).map((route) => [route.path, route]));

/** First segments of ROUTES, without the slash. */
export const SERVER_PATHS: readonly string[] = Object.values(ROUTES).map(({ path }) => path.slice(1));

/** The route of a path without its query. Like Express, ignores the case of letters. Null for a page of the web app. */
export function findRoute(path: string): Route | null {
  const [, segment = ''] = path.split('/', 2);
  return BY_PATH.get(`/${segment.toLowerCase()}`) ?? null;
}

/** True if `path` is exactly that of the route, in any case and with or without a trailing slash. */
export function isRoot({ path: root }: Route, path: string): boolean {
  return path.replace(/\/$/, '').toLowerCase() === root;
}
