import { defineConfig } from 'vitest/config';

/** `npm run conformance`: what takes other people's tools, and so long that `npm test` leaves it out. */
export default defineConfig({
  test: {
    include: ['test/conformance/*.check.ts'],
    globalSetup: ['test/support/global-setup.ts', 'test/conformance/global-setup.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 20_000 } },
    env: { NODE_COMPILE_CACHE: 'node_modules/.cache/node' },
    // Each of these starts processes that take a core.
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
