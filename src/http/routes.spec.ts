import { findRoute, isRoot, ROUTES, SERVER_PATHS } from './routes.ts';

describe('findRoute', () => {
  it.each([
    ['/graphql', ROUTES.graphql],
    ['/GraphQL/', ROUTES.graphql],
    ['/media/1/thumbnail', ROUTES.media],
    ['/Health/live', ROUTES.health],
    ['/clear-site-data', ROUTES.clearSiteData],
  ])('finds the route of %s', (path, route) => {
    expect(findRoute(path)).toBe(route);
  });

  it.each(['/', '', '/gallery', '/healthy', '/graphqlx', '//health/live', '/photo/graphql', 'health/live'])(
    'finds no route for %j',
    (path) => {
      expect(findRoute(path)).toBeNull();
    },
  );
});

it('only the health probes are accessible without an identity', () => {
  const open = Object.values(ROUTES).filter(({ access }) => access === 'anyone');
  expect(open).toEqual([ROUTES.health]);
  expect(SERVER_PATHS).toContain('health');
});

it.each([
  ['/graphql', true],
  ['/GraphQL/', true],
  ['/graphql/x', false],
  ['/graphqlx', false],
])('isRoot compares %s with the path of the route', (path, expected) => {
  expect(isRoot(ROUTES.graphql, path)).toBe(expected);
});
