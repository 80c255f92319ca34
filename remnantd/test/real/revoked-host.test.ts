// A host that is revoked, from end to end: the program in both its roles on a real NATS, and the commands of its operator.

import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { ChildDaemon, SignedIn } from '../harness/child-daemon.ts';
import { freePort, signedIn, startAgentChild, startChild } from '../harness/child-daemon.ts';
import { enroll } from '../harness/enroll.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { waitFor } from '../harness/wait-for.ts';
import { NatsLab } from './nats-lab.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, '../../bin/remnantd.mjs');
type Services = { readonly services: readonly { readonly host: string; readonly state: string }[] };

const upOf = async (ask: SignedIn) => {
  const { services } = (await (await ask('/v2.1/os-services')).json()) as Services;
  return services.filter(({ state }) => state === 'up').map(({ host }) => host);
};
const waitForUp = (ask: SignedIn, hosts: readonly string[]) =>
  waitFor(
    `${hosts.join(' and ')} alone to be up`,
    async () => (await upOf(ask)).toSorted().join() === hosts.toSorted().join(),
    30_000,
    50,
  );

test('it is down within seconds, with nats-server told and without; the others stay; enrolled again, it is back', async () => {
  const nats = await NatsLab.open();
  onTestFinished(() => nats.close());
  const dir = tempDir();
  const folder = (name: string) => {
    mkdirSync(join(dir, name));
    return join(dir, name);
  };
  const following = ['--bus-users', nats.settings, '--reload-pid', nats.pidFile];
  const [cloud, seeds] = [folder('api'), folder('seeds')];
  const bus = (name: string) => ({ url: nats.url, credentials: join(seeds, `${name}.nk`) });
  const lane = { listen: `127.0.0.1:${await freePort()}` };
  const operator = { state_dir: join(cloud, 'state'), bus: bus('api-1'), lane };
  await enroll(seeds, operator, ['api-1', 'one', 'two', 'three'], following);
  const remnantd = (...words: string[]) =>
    run(process.execPath, [program, ...words, '-c', join(seeds, 'enroll.yaml')], { cwd: seeds });

  const agent = (name: string): ChildDaemon =>
    startAgentChild({ bus: bus(name), hosts: [{ name, driver: 'sim' }] }, folder(name));
  const api = await startChild({ bus: bus('api-1'), lane, hosts: [] }, cloud);
  const agents = ['one', 'two', 'three'].map(agent);
  await api.logged('listening');
  const ask = await signedIn(api);
  await waitForUp(ask, ['one', 'two', 'three']);

  await remnantd('revoke', 'one', ...following);
  await waitForUp(ask, ['two', 'three']);
  await agents[0]?.logged('bus lost');
  // nats-server still lets this one in: the API process refuses it.
  await remnantd('revoke', 'two');
  await waitForUp(ask, ['three']);
  await waitFor('the refusal to be logged', () =>
    api.log().some(({ msg }) => /^a \w+ of two is refused$/.test(String(msg))),
  );
  expect(agents[1]?.log().some(({ msg }) => msg === 'bus lost')).toBe(false);

  // It reads its credentials at each connection.
  await remnantd('enroll', 'one', '--out', 'again.nk');
  await run('mv', [join(seeds, 'again.nk'), join(seeds, 'one.nk')]);
  await remnantd('bus-users', '--out', nats.settings, '--reload-pid', nats.pidFile);
  await waitForUp(ask, ['one', 'three']);
  const { stdout } = await remnantd('enrollments');
  expect(stdout.match(/^host {2}one /gm)).toHaveLength(2);
}, 180_000);
