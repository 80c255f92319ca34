import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Three projects: `fast` runs on every save and in `make check`; `real` and `chaos` need real things and run in `make test`.
const resolve = { conditions: ['remnant-source', 'node', 'import', 'default'] };
const ssr = { resolve: { conditions: ['remnant-source', 'node', 'import', 'default'] } };

/** By its absolute path: it is the same for every project. */
const setupFiles = [fileURLToPath(new URL('tools/bare-environment.ts', import.meta.url))];

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'fast',
          setupFiles,
          include: [
            '*/src/**/*.test.ts',
            'tools/**/*.test.ts',
            'remnantd/test/{api,golden}/**/*.test.ts',
            '{client,cli}/test/**/*.test.ts',
          ],
          testTimeout: 20_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'real',
          setupFiles,
          include: ['remnantd/test/real/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'chaos',
          setupFiles,
          include: ['remnantd/test/chaos/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
