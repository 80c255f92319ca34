import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runStep } from './run.ts';
import { stepsFor } from './steps.ts';

const root = mkdtempSync(join(tmpdir(), 'run-test-'));
afterAll(() => rmSync(root, { recursive: true }));

const names = (...asked: string[]) => stepsFor(asked).map((step) => step.name);
const whole = (script: string) =>
  runStep({ name: 'x', counts: 'whole', command: ['-e', script] }, root, join(root, 'x.log'));

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
    const script = join(root, 'fake-vitest.mjs');
    const report = {
      testResults: [{ status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] }],
    };
    writeFileSync(
      script,
      `import { writeFileSync } from 'node:fs';
       const file = process.argv.find((arg) => arg.startsWith('--outputFile.json=')).split('=')[1];
       writeFileSync(file, ${JSON.stringify(JSON.stringify(report))});
       process.exitCode = 1;`,
    );
    const step = { name: 'y', counts: 'tests' as const, command: [script] };
    expect(await runStep(step, root, join(root, 'y.log'))).toEqual({ passed: 1, failed: 1 });
  });
});
