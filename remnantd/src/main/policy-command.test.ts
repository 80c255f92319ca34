// The policy files on the command line: what `config check`, `policy list` and a start say of them.

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';

const DAEMON = join(import.meta.dirname, '../../bin/remnantd.mjs');
const SHOW = 'os_compute_api:servers:show';

/** Runs the daemon with a configuration whose state folder has this policy.yaml. */
async function run(words: readonly string[], policy: string) {
  const dir = tempDir();
  const state = join(dir, 'state');
  mkdirSync(state);
  writeFileSync(join(dir, 'c.yaml'), `state_dir: ${state}\napi: {port: 1}\nidentity: {accounts: []}\n`);
  writeFileSync(join(state, 'policy.yaml'), policy);
  const args = ['-C', 'remnant-source', DAEMON, ...words, '-c', join(dir, 'c.yaml')];
  return new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile(process.execPath, args, { timeout: 60_000 }, (error, out, err) => {
      const plain = (text: string) => text.replaceAll(`${dir}/`, '');
      done({ code: Number(error?.code ?? 0), out: plain(out), err: plain(err) });
    });
  });
}
const BAD = `"${SHOW}": "rule:nobody"\n"x": (\n`;
const PROBLEMS = [
  `remnantd: state/policy.yaml:1:1: "${SHOW}": there is no rule "nobody"`,
  'state/policy.yaml:2:7: "x": a check is expected, but the rule ends',
  '',
].join('\n');

test.each([[['config', 'check']], [['policy', 'list']], [['serve']]])('a bad file ends %j', async (words) => {
  const { code, out, err } = await run(words, BAD);
  expect({ code, out, err }).toEqual({ code: 1, out: '', err: PROBLEMS });
});

test('config check warns of rules that nothing asks for', async () => {
  expect(await run(['config', 'check'], `"${SHOW}s": "@"\n`)).toEqual({
    code: 0,
    out: 'c.yaml: fine\n',
    err: `state/policy.yaml:1:1: "${SHOW}s": nothing here asks for this rule; did you mean "${SHOW}"?\n`,
  });
});

test('policy list tells every rule and where it comes from', async () => {
  const { code, out } = await run(['policy', 'list'], `\n"${SHOW}": "role:x"\n`);
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`^${SHOW} +role:x +state/policy\\.yaml:2$`, 'm'));
  expect(out).toMatch(/^context_is_admin +role:admin +default$/m);
});
