/**
 * The directions of ARCHITECTURE.md: a room may use what stands left of it, never what stands right.
 *
 *   config, observability, graphql/types <- database, storage, auth, images <- metadata <- viewer <- photos
 *     <- graphql, health, server-info, web <- app
 */
const room = (...names) => `^src/(${names.join('|')})/`;
/** What tests alone use. */
const TESTS = '(\\.(spec|contract)\\.ts$|/testing/)';
const LEAVES = ['config', 'observability', 'http', 'search', 'graphql/types'];
const only = (from, ...may) => ({
  name: `${from}-uses-only-what-stands-left-of-it`,
  severity: 'error',
  from: { path: room(from), pathNot: TESTS },
  to: { path: '^src/', pathNot: room(from, ...LEAVES, ...may) },
});

/** The folders inside a room, lowest layer first: a folder uses its own layer and lower ones. */
const within = (room, ...layers) =>
  layers.slice(0, -1).map((folders, index) => ({
    name: `${room}-${folders.join('-')}-uses-no-higher-layer`,
    severity: 'error',
    from: { path: `^src/${room}/(${folders.join('|')})/`, pathNot: TESTS },
    to: {
      path: `^src/${room}/(${layers
        .slice(index + 1)
        .flat()
        .join('|')})/`,
    },
  }));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'leaves-use-no-room',
      severity: 'error',
      from: { path: room(...LEAVES), pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/', pathNot: room(...LEAVES) },
    },
    only('database'),
    only('storage'),
    only('auth'),
    only('rate-limit'),
    only('images'),
    only('metadata', 'database', 'images'),
    only('viewer', 'auth', 'database', 'metadata'),
    only('photos', 'auth', 'database', 'storage', 'images', 'metadata', 'viewer'),
    only('web'),
    only('server-info', 'auth', 'images'),
    only('health', 'auth', 'database', 'storage', 'images'),
    ...within('images', ['formats', 'container'], ['decode', 'geocoder'], ['renditions', 'tags'], ['worker']),
    ...within('photos', ['objects', 'events', 'delivery'], ['library'], ['upload'], ['upkeep']),
    {
      name: 'graphql-composes-no-app',
      severity: 'error',
      from: { path: '^src/graphql/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/(health/|server-info/|web/|[^/]+\\.ts$)' },
    },
    {
      name: 'web-shared-uses-no-feature',
      severity: 'error',
      from: { path: '^web/src/shared/' },
      to: { path: '^web/src/', pathNot: '^web/src/shared/' },
    },
    {
      name: 'web-features-know-shared-and-themselves',
      severity: 'error',
      from: { path: '^web/src/features/([^/]+)/' },
      to: { path: '^web/src/', pathNot: '^web/src/(shared/|features/$1/)' },
    },
    {
      name: 'web-is-a-client-of-the-contract-alone',
      severity: 'error',
      from: { path: '^web/src/' },
      to: { path: '^(src|test|bench)/', pathNot: '^src/search/folding\\.ts$' },
    },
    {
      name: 'an-engine-is-known-to-its-own-folder-alone',
      severity: 'error',
      from: { pathNot: '^src/database/duckdb/' },
      to: { path: 'node_modules/@duckdb' },
    },
    {
      name: 'a-client-of-buckets-is-known-to-its-own-folder-alone',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/storage/gcs/' },
      to: { path: 'node_modules/@google-cloud' },
    },
    {
      name: 'no-library-of-pixels-outside-images',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/images/' },
      to: { path: 'node_modules/(sharp|exifr|libheif-js|thumbhash)/' },
    },
    {
      name: 'nothing-that-ships-uses-what-is-for-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'nothing-that-ships-uses-a-dev-dependency',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
