import { configDefaults, defineConfig } from 'vitest/config';

/** They run first, and without what the others need to be built. */
const PURE = ['test/{core,web,app,subscriber}/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // Of the processes that tests start, Azurite alone takes a second to compile.
    env: { NODE_COMPILE_CACHE: `${import.meta.dirname}/node_modules/.cache/node` },
    // Most of what runs is in other processes: more of them at once than this only wait for one another.
    maxWorkers: 3,
    maxConcurrency: 4,
    // No file changes a module for the next one, so that each worker loads them once.
    isolate: false,
    projects: [
      { extends: true, test: { name: 'pure', include: PURE } },
      {
        extends: true,
        test: {
          name: 'processes',
          include: ['test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...PURE],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
});
