import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Four projects: `fast` runs on every save and in `make check`, all in process; `real` needs real things, the program in a
// process of its own among them, and `guests` real libvirt with real guests, beside it; `chaos` kills the program. Those three
// run in `make test`.
const resolve = { conditions: ['remnant-source', 'node', 'default'] };
const ssr = { resolve: { conditions: ['remnant-source', 'node', 'default'] } };

/** Tests that are mostly one emulated guest after the other: a core of their own, for as long as the others take. */
const GUESTS = [
  'after-panic',
  'extract',
  'guest-agent',
  'ironic',
  'ironic-*',
  'libvirt-*',
  'memory-dump',
  'verdicts',
].flatMap((name) => [`remnantd/test/real/${name}.test.ts`, `remnantd/test/real/${name}.long.test.ts`]);

/** Takes minutes and disturbs nothing: it runs where there is time. */
const FUZZ = 'remnantd/test/chaos/fuzz.test.ts';

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
            'client/test/**/*.test.ts',
          ],
          // For a machine that has much else to do: a test that hangs says so itself, through `waitFor`.
          testTimeout: 60_000,
          // Tests wait a good deal: on two cores, two workers are busy where the default of one is not.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          // Files of a worker share its modules: half the time went into loading them anew for each file. So a module keeps
          // no state, and a test gives back what it changes of the process.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'real',
          setupFiles,
          include: ['remnantd/test/real/**/*.test.ts', 'cli/test/**/*.test.ts', FUZZ],
          exclude: GUESTS,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'guests',
          setupFiles,
          include: GUESTS,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'chaos',
          setupFiles,
          include: ['remnantd/test/chaos/**/*.test.ts'],
          exclude: [FUZZ],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
