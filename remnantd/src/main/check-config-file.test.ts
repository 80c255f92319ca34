// All that is wrong with a configuration at once: keys, certificate, policy.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { checkConfigFile } from './check-config-file.ts';

async function check(policy: string, more: string) {
  const dir = tempDir();
  const state = join(dir, 'state');
  mkdirSync(state);
  writeFileSync(join(state, 'policy.yaml'), policy);
  writeFileSync(join(dir, 'c.yaml'), `state_dir: ${state}\n${more}`);
  const { problems, warnings } = await checkConfigFile(join(dir, 'c.yaml'));
  return { problems: problems.map((line) => line.replaceAll(`${dir}/`, '')), warnings };
}

const NO_CERTIFICATE = 'tls.cert: /no/cert cannot be read: ENOENT: no such file or directory';
const NO_RULE = 'state/policy.yaml:1:1: "os_compute_api:servers:show": there is no rule "x"';

it('tells the keys, the certificate and the policy, whichever else is wrong', async () => {
  const bad = '"os_compute_api:servers:show": "rule:x"\n';
  const tls = 'tls: {cert: /no/cert, key: /no/key}\n';
  expect(await check(bad, `api: {port: 0}\n${tls}`)).toEqual({
    problems: ['c.yaml: api.port: must be >= 1', NO_CERTIFICATE, NO_RULE],
    warnings: [],
  });
  expect((await check(bad, tls)).problems).toEqual([NO_CERTIFICATE, NO_RULE]);
  expect((await check(bad, 'tls: {cert: 7}\n')).problems).toEqual([
    'c.yaml: tls.key: must be given',
    'c.yaml: tls.cert: must be string',
    NO_RULE,
  ]);
});

it('tells each contradiction between keys', async () => {
  const hosts = 'hosts: [{name: a, driver: sim}, {name: a, driver: sim}]\n';
  const { problems } = await check('', `${hosts}liveness: {beat: 5, unknown_after: 5}\ncommands: {nmi_wait: 300}\n`);
  expect(problems).toEqual([
    'c.yaml: hosts: "a" is there twice',
    'c.yaml: liveness.unknown_after: must be more than liveness.beat (5 s)',
    'c.yaml: limits.idle: must be more than commands.nmi_wait (300 s)',
  ]);
});

it('does not look for a policy where no folder is known', async () => {
  const file = join(tempDir(), 'c.yaml');
  writeFileSync(file, 'policy: {file: /no/policy.yaml}\n');
  expect((await checkConfigFile(file)).problems).toEqual([`${file}: state_dir: must be given`]);
});

it('finds nothing in a good one but what is hardly meant', async () => {
  const { problems, warnings } = await check('"os_compute_api:servers:shows": "@"\n', 'api: {port: 1}\n');
  expect(problems).toEqual([]);
  expect(warnings).toHaveLength(1);
});
