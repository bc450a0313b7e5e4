/**
 * Enforces the dependency rules of ARCHITECTURE.md. A module may import at most the modules to the left of it:
 *
 *   config, observability, http, search, graphql/types <- database, storage, auth, rate-limit, images <- metadata
 *     <- viewer <- photos <- graphql, health, server-info, web <- app
 */
const modules = (...names) => `^src/(${names.join('|')})/`;
/** Files that are used only by tests. */
const TESTS = '(\\.(spec|contract)\\.ts$|/testing/)';
const LEAVES = ['config', 'observability', 'http', 'search', 'graphql/types'];
/** The module `from` may import only itself, LEAVES and `allowed`. */
const only = (from, ...allowed) => ({
  name: `${from}-imports-only-lower-modules`,
  severity: 'error',
  from: { path: modules(from), pathNot: TESTS },
  to: { path: '^src/', pathNot: modules(from, ...LEAVES, ...allowed) },
});

/** Layers of folders inside a module, lowest first. A folder may import only its own layer and lower ones. */
const within = (name, ...layers) =>
  layers.slice(0, -1).map((folders, index) => ({
    name: `${name}-${folders.join('-')}-imports-no-higher-layer`,
    severity: 'error',
    from: { path: `^src/${name}/(${folders.join('|')})/`, pathNot: TESTS },
    to: {
      path: `^src/${name}/(${layers
        .slice(index + 1)
        .flat()
        .join('|')})/`,
    },
  }));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'leaves-import-only-leaves',
      severity: 'error',
      from: { path: modules(...LEAVES), pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/', pathNot: modules(...LEAVES) },
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
      name: 'graphql-does-not-import-the-app',
      severity: 'error',
      from: { path: '^src/graphql/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/(health/|server-info/|web/|[^/]+\\.ts$)' },
    },
    {
      name: 'web-shared-imports-only-shared',
      severity: 'error',
      from: { path: '^web/src/shared/' },
      to: { path: '^web/src/', pathNot: '^web/src/shared/' },
    },
    {
      name: 'web-features-import-only-shared-and-themselves',
      severity: 'error',
      from: { path: '^web/src/features/([^/]+)/' },
      to: { path: '^web/src/', pathNot: '^web/src/(shared/|features/$1/)' },
    },
    {
      name: 'web-does-not-import-the-server',
      severity: 'error',
      from: { path: '^web/src/' },
      to: { path: '^(src|test|bench)/', pathNot: '^src/search/folding\\.ts$' },
    },
    {
      name: 'duckdb-client-only-in-its-engine-folder',
      severity: 'error',
      from: { pathNot: '^src/database/duckdb/' },
      to: { path: 'node_modules/@duckdb' },
    },
    {
      name: 'bucket-client-only-in-its-engine-folder',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/storage/gcs/' },
      to: { path: 'node_modules/@google-cloud' },
    },
    {
      name: 'image-libraries-only-in-images',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/images/' },
      to: { path: 'node_modules/(sharp|exifr|libheif-js|thumbhash)/' },
    },
    {
      name: 'production-code-imports-no-test-code',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'production-code-imports-no-dev-dependency',
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
