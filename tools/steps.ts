// The named steps of `run.ts` and the suites made of them: what each one starts and how its result is counted.
// Order in a suite is order in time: what is quick and tells most comes first.

import { readdirSync } from 'node:fs';

/**
 * One thing to run. `command` is handed to Node (the same one that runs this), from the repository's root.
 * A `tests` step is a vitest run whose tests count one each; a `whole` step passes or fails as one.
 * One `withNext` runs beside the step behind it: each of the two leaves the other a core.
 * What failed of one that is `alone` with files behind it may have failed for want of time: those files get a second run, alone.
 */
export type Step = {
  readonly name: string;
  readonly command: readonly string[];
  readonly counts: 'whole' | 'tests';
  readonly withNext?: true;
  readonly alone?: readonly string[];
};

const CHECK = ['types', 'lint', 'format', 'imports', 'sizes', 'docs', 'words', 'generate', 'build', 'fast'];
const SUITES: Readonly<Record<string, readonly string[]>> = {
  check: CHECK,
  test: [...CHECK, 'postgres', 'guests', 'real', 'chaos'],
};

const BIN = 'node_modules';
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  types: [`${BIN}/typescript/bin/tsc`, '--noEmit', '-p', 'tsconfig.json'],
  lint: [`${BIN}/oxlint/bin/oxlint`, '--type-aware', '--deny-warnings'],
  format: [`${BIN}/@biomejs/biome/bin/biome`, 'check', '--error-on-warnings', '.'],
  imports: ['tools/check-imports.ts'],
  sizes: ['tools/check-sizes.ts'],
  docs: ['tools/check-docs.ts'],
  words: ['tools/check-words.ts'],
  build: ['tools/check-build.ts'],
  generate: ['-C', 'remnant-source', 'tools/generate.ts', '--check'],
};
const PROJECTS = ['fast', 'guests', 'real', 'chaos'];
/** What of the fast tests runs again on a PostgreSQL. */
const ON_POSTGRES = ['remnantd/test/api', 'remnantd/test/golden', 'remnantd/src/db'];
/** Tests on real things that take many minutes run only when `only` names them. */
const LONG = '**/*.long.test.ts';

/**
 * The steps that `names` (steps, suites, or `bench`) stand for, in order, none twice.
 * `only` makes of the `real` step the tests on real things, guests too, whose file's name holds that word. Throws if a name is unknown.
 */
export function stepsFor(names: readonly string[], only?: string, root = process.cwd()): Step[] {
  const wanted = new Set(names.flatMap((name) => SUITES[name] ?? (name === 'bench' ? benches(root) : [name])));
  return Array.from(wanted, (name) => stepCalled(name, only));
}

/** What may be asked for, for the message that says so. */
export function stepNames(): string[] {
  return [...Object.keys(SUITES), 'bench', ...Object.keys(COMMANDS), ...PROJECTS, 'postgres'];
}

function stepCalled(name: string, only: string | undefined): Step {
  if (PROJECTS.includes(name)) {
    const vitest = [`${BIN}/vitest/vitest.mjs`, 'run', '--project', name];
    const isReal = name === 'real' || name === 'guests';
    if (name === 'real' && only) return { name, counts: 'tests', command: [...vitest, '--project', 'guests', only] };
    const command = isReal ? [...vitest, '--exclude', LONG] : vitest;
    // A chaos test ran alone already, and with another seed it would be another test.
    const again = name === 'chaos' ? {} : { alone: vitest };
    return { name, counts: 'tests', command, ...again, ...(name === 'guests' ? { withNext: true } : {}) };
  }
  const onPostgres = ['tools/test-postgres.ts'];
  if (name === 'postgres')
    return { name, counts: 'tests', command: [...onPostgres, ...ON_POSTGRES], alone: onPostgres };
  if (name.startsWith('bench/')) return { name, counts: 'whole', command: ['-C', 'remnant-source', name] };
  const command = COMMANDS[name];
  if (command === undefined) throw new Error(`no step is called ${name}; there are: ${stepNames().join(' ')}`);
  return { name, counts: 'whole', command };
}

function benches(root: string): string[] {
  const found = readdirSync(`${root}/bench`).filter((file) => file.endsWith('.bench.ts'));
  return found.toSorted().map((file) => `bench/${file}`);
}
