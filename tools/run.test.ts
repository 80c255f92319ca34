import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runAgain, runStep } from './run.ts';
import { stepsFor } from './steps.ts';

const root = mkdtempSync(join(tmpdir(), 'run-test-'));
afterAll(() => rmSync(root, { recursive: true }));

const names = (...asked: string[]) => stepsFor(asked).map((step) => step.name);
const whole = async (script: string) => {
  const step = { name: 'x', counts: 'whole' as const, command: ['-e', script] };
  const { passed, failed } = await runStep(step, root, join(root, 'x.log'));
  return { passed, failed };
};

describe('stepsFor', () => {
  it('opens suites and runs nothing twice', () => {
    expect(names('check')).toEqual([
      'types',
      'lint',
      'format',
      'imports',
      'sizes',
      'docs',
      'words',
      'generate',
      'build',
      'fast',
    ]);
    expect(names('test', 'fast')).toEqual([...names('check'), 'postgres', 'guests', 'real', 'chaos']);
    expect(names('fast', 'types')).toEqual(['fast', 'types']);
  });

  it('narrows only the real things', () => {
    const commands = stepsFor(['fast', 'real'], 'nmi').map((step) => step.command.at(-1));
    expect(commands).toEqual(['fast', 'nmi']);
  });

  it('runs guests first where all real things are asked for, so that they run beside the others', () => {
    const makefile = readFileSync(join(import.meta.dirname, '../Makefile'), 'utf8');
    const asked = /tools\/run\.ts \$\(if \$\(ONLY\),,([\w ]+)\) real$/m.exec(makefile)?.[1] ?? '';
    expect(stepsFor([...asked.split(' '), 'real']).map(({ name, withNext }) => [name, withNext])).toEqual([
      ['guests', true],
      ['real', undefined],
    ]);
  });

  it('leaves out what takes many minutes, unless it is asked for', () => {
    expect(stepsFor(['real'])[0]?.command.slice(-2)).toEqual(['--exclude', '**/*.long.test.ts']);
    expect(stepsFor(['real'], 'guest-setup')[0]?.command).not.toContain('--exclude');
    expect(stepsFor(['guests'])[0]?.command).toContain('--exclude');
    expect(stepsFor(['fast'])[0]?.command).not.toContain('--exclude');
  });

  it('runs guests beside the other real things, and nothing else beside anything', () => {
    expect(
      stepsFor(['test'])
        .filter((step) => step.withNext)
        .map((step) => step.name),
    ).toEqual(['guests']);
    expect(stepsFor(['real'], 'libvirt')[0]?.command).toContain('guests');
  });

  it('names what there is when asked for something else', () => {
    expect(() => stepsFor(['chekc'])).toThrow(/no step is called chekc; there are: check test bench types/);
  });
});

describe('runStep', () => {
  it('counts a whole step by its exit code and keeps its output', async () => {
    expect(await whole("console.log('seen'); console.error('too')")).toEqual({ passed: 1, failed: 0 });
    expect(readFileSync(join(root, 'x.log'), 'utf8')).toBe('seen\ntoo\n');
    expect(await whole('process.exit(3)')).toEqual({ passed: 0, failed: 1 });
    expect(await whole("process.kill(process.pid, 'SIGKILL')")).toEqual({ passed: 0, failed: 1 });
  });

  it('counts a test step by the report it writes', async () => {
    const step = { name: 'y', counts: 'tests' as const, command: [fakeVitest('passed', 'failed')] };
    expect(await runStep(step, root, join(root, 'y.log'))).toMatchObject({ passed: 1, failed: 1 });
  });
});

describe('runAgain', () => {
  const again = async (
    second: readonly string[],
    step: { alone?: readonly string[] } = { alone: [fakeVitest(...second)] },
  ) => {
    const tests = { name: 'z', counts: 'tests' as const, command: [fakeVitest('passed', 'failed')], ...step };
    const first = await runStep(tests, root, join(root, 'z.log'));
    return runAgain(tests, first, root, join(root, 'z-again.log'));
  };

  it('counts what passed the second time, and what failed twice', async () => {
    expect(await again(['passed', 'passed'])).toEqual({ passed: 2, failed: 0 });
    expect(await again(['passed', 'failed'])).toEqual({ passed: 1, failed: 1 });
    expect(readFileSync(join(root, 'z-again.log'), 'utf8')).toContain('ran a.test.ts');
  });

  it('is for tests that ran beside others, and not for those of chaos', async () => {
    expect(await again(['passed'], {})).toBeNull();
    const have = stepsFor(['test']).filter((step) => step.alone);
    expect(have.map((step) => step.name)).toEqual(['fast', 'postgres', 'guests', 'real']);
  });

  it('leaves a step that failed outside its tests, or in many files', async () => {
    const step = { name: 'z', counts: 'tests' as const, command: [], alone: [fakeVitest('passed')] };
    const log = join(root, 'z-again.log');
    expect(await runAgain(step, { passed: 0, failed: 1, report: null }, root, log)).toBeNull();
    const files = Array.from({ length: 6 }, (_, n) => ({
      name: `${n}.test.ts`,
      status: 'failed',
      assertionResults: [],
    }));
    expect(await runAgain(step, { passed: 0, failed: 6, report: { testResults: files } }, root, log)).toBeNull();
  });
});

/** A program that leaves a report of one file, whose tests became `statuses`, where vitest is asked to; and says what it was to run. */
function fakeVitest(...statuses: readonly string[]): string {
  const script = join(root, `vitest-${statuses.join('-')}.mjs`);
  const status = statuses.includes('failed') ? 'failed' : 'passed';
  const assertionResults = statuses.map((each) => ({ status: each }));
  const report = { testResults: [{ name: 'a.test.ts', status, assertionResults }] };
  writeFileSync(
    script,
    `import { writeFileSync } from 'node:fs';
     console.log('ran', process.argv[2]);
     const file = process.argv.find((arg) => arg.startsWith('--outputFile.json=')).split('=')[1];
     writeFileSync(file, ${JSON.stringify(JSON.stringify(report))});
     process.exitCode = ${status === 'failed' ? 1 : 0};`,
  );
  return script;
}
