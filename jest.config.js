import { availableParallelism } from 'node:os';

/** The options that all specs share. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2024',
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // One PostgreSQL server for all specs of a run.
  globalSetup: '<rootDir>/test/support/postgres/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/postgres/global-teardown.ts',
};

/** End-to-end specs of the service that are repeated with PostgreSQL as its database. */
const ON_BOTH_DATABASES = [
  'any-file',
  'audit',
  'bucket',
  'concurrent-changes',
  'isolation',
  'library',
  'media',
  'races',
  'recovery',
  'server',
  'settings',
  'subscription',
  'sweeper',
  'upload',
].map((name) => `<rootDir>/test/${name}.spec.ts`);

/** @type {import('jest').Config} */
export default {
  projects: [
    {
      ...shared,
      displayName: 'duckdb',
      roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/web/src'],
      testMatch: ['**/*.spec.ts'],
    },
    {
      ...shared,
      displayName: 'postgres',
      testMatch: ON_BOTH_DATABASES,
      setupFiles: ['<rootDir>/test/support/postgres/use-postgres.ts'],
    },
  ],
  // Two workers even on two cores, because most specs wait for other processes.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // Only a spec that never ends reaches this; a busy machine does not.
  testTimeout: 240_000,
};
