// What both programs say under a Node that is too old for them. An old one links all static imports before anything runs, so
// none of them may want a name that it has not.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const PROGRAMS = ['cli/bin/remnant.mjs', 'remnantd/bin/remnantd.mjs'];
const root = join(import.meta.dirname, '..');
/** Runs `program --version` as if Node were `version`. */
const under = (program: string, version: string) => {
  const as = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(as)}`, join(root, program), '--version'];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
};

it.each(PROGRAMS)('%s names the Node that it needs', (program) => {
  for (const version of ['20.20.2', '24.14.9']) {
    const { status, stderr, stdout } = under(program, version);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^remnantd?: Node 24\\.15 or newer is needed, this is ${version}; [^\\n]+\\n$`));
  }
  for (const version of ['24.15.0', '26.0.0']) {
    expect(under(program, version)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  }
});

it.each(PROGRAMS)('%s imports nothing at the top that Node 18 has not', (program) => {
  const text = readFileSync(join(root, program), 'utf8');
  expect(text.match(/^import .*$/gm)?.filter((line) => !/from 'node:(fs|url)';$/.test(line))).toEqual([]);
});
