// All that is wrong with a configuration at once: keys, certificate, policy.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { checkConfig } from '../config/load-config.ts';
import { checkAgentFile, checkConfigFile } from './check-config-file.ts';
import { openImages } from './images-part.ts';
import { StartError } from './start-error.ts';

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

it('tells what several processes need, and what only one may have', async () => {
  const nats = 'bus: {url: "nats://h:4222", credentials: /no/seed}\n';
  const noSeed =
    'bus.credentials: /no/seed cannot be read: ENOENT: no such file or directory: make it with `remnantd enroll NAME`, for an API process with --api';
  const lane = 'lane: {listen: "10.0.0.1:1", cert: /no/cert, key: /no/key, ca: /no/ca}\n';
  expect((await check('', nats)).problems).toEqual([
    'c.yaml: lane.listen: must be given with bus.url: hosts on other machines bring the files of dumps there',
    noSeed,
  ]);
  const { problems, warnings } = await check('', `${nats}${lane}`);
  expect(problems).toEqual([
    noSeed,
    'lane.ca: /no/ca cannot be read: ENOENT: no such file or directory',
    'lane.cert: /no/cert cannot be read: ENOENT: no such file or directory',
  ]);
  expect(warnings.map((line) => line.split(': ')[1])).toEqual(['database.url', 'api.public_url']);
});

it('tells which files for a Keystone and a Glance cannot be used', async () => {
  const dir = tempDir();
  const [open, noPem] = [join(dir, 'password'), join(dir, 'ca.pem')];
  writeFileSync(open, 'secret\n', { mode: 0o644 });
  writeFileSync(noPem, 'no certificate');
  const signIn = `auth_url: "http://k:5000", user: u, password_file: ${open}`;
  const glance = `{url: "https://g:9292", ca_file: ${noPem}, keystone: {${signIn}}}`;
  const words = [
    `${open} can be read by others than its owner: chmod 600 ${open}`,
    `${noPem} is not a PEM certificate`,
  ];
  const ofGlance = [`images.glance.keystone.password_file: ${words[0]}`, `images.glance.ca_file: ${words[1]}`];
  const { problems } = await check('', `keystone: {${signIn}, ca_file: /no/ca}\nimages: {glance: ${glance}}\n`);
  expect(problems).toEqual([
    `keystone.password_file: ${words[0]}`,
    'keystone.ca_file: /no/ca cannot be read: ENOENT: no such file or directory',
    ...ofGlance,
  ]);
  const agent = join(dir, 'agent.yaml');
  const host = 'hosts: [{name: h, driver: sim}]\nbus: {url: "nats://h:4222"}\n';
  writeFileSync(agent, `state_dir: /s\n${host}images: {glance: ${glance}}\n`);
  expect((await checkAgentFile(agent)).problems).toEqual(ofGlance);
});

it('tells which files for an Ironic cannot be used, to a service and to an agent', async () => {
  const dir = tempDir();
  const noPem = join(dir, 'ca.pem');
  writeFileSync(noPem, 'no certificate');
  const ironic = `{url: "https://i:6385", ca_file: ${noPem}, http_basic: {user: u, password_file: ${join(dir, 'none')}}}`;
  const hosts = `hosts: [{name: metal, driver: ironic, ironic: ${ironic}}]\n`;
  const wrong = [
    `hosts: "metal": ironic.http_basic.password_file: ${join(dir, 'none')} cannot be read: ENOENT`,
    `hosts: "metal": ironic.ca_file: ${noPem} is not a PEM certificate`,
  ];
  expect((await check('', hosts)).problems).toEqual(wrong);
  const agent = join(dir, 'agent.yaml');
  writeFileSync(agent, `state_dir: /s\n${hosts}bus: {url: "nats://h:4222"}\n`);
  expect((await checkAgentFile(agent)).problems).toEqual(wrong);
});

it('says of a Glance what a start says, one thing after the other', () => {
  const dir = tempDir();
  const [password, ca] = [join(dir, 'password'), join(dir, 'ca.pem')];
  const section = (more: object) => ({ url: 'https://g:9292', ...more });
  const start = (more: object) => {
    const { images } = checkConfig({ state_dir: dir, images: { glance: section(more) } }, 'f');
    return () => openImages({ state_dir: dir, images }, systemClock(), () => {});
  };
  const keystone = { auth_url: 'http://k:5000', user: 'u', password_file: password };
  expect(start({ keystone })).toThrow(
    new StartError(`images.glance.keystone.password_file: ${password} cannot be read: ENOENT`),
  );
  writeFileSync(password, 'secret\n', { mode: 0o600 });
  writeFileSync(ca, 'no certificate');
  expect(start({ keystone, ca_file: ca })).toThrow(
    new StartError(`images.glance.ca_file: ${ca} is not a PEM certificate`),
  );
  start({ keystone })().close();
});

it('tells what is wrong with the file of an agent', async () => {
  const file = join(tempDir(), 'agent.yaml');
  const findings = async (text: string) => {
    writeFileSync(file, text);
    const { problems } = await checkAgentFile(file);
    return problems.map((line) => line.replace(`${file}: `, ''));
  };
  const good = 'state_dir: /s\nhosts: [{name: h, driver: sim}]\nbus: {url: "nats://h:4222"}\n';
  expect(await findings(good)).toEqual([]);
  expect(await findings(`${good}lane: {ca: /no/ca}\n`)).toEqual([
    'lane.ca: /no/ca cannot be read: ENOENT: no such file or directory',
  ]);
  expect(await findings(`${good}flavors: []\n`)).toEqual(['flavors: no such key']);
  expect(await findings('state_dir: /s\nhosts: []\nbus: {url: "http://h"}\n')).toHaveLength(2);
});
