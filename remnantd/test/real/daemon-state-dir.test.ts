// What a daemon keeps is its owner's alone (R8), with the loosest umask there is: every folder and file, while it runs and when
// it has ended.

import { lstatSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeServer, signedIn, startListening } from '../harness/child-daemon.ts';
import { waitFor } from '../harness/wait-for.ts';

/** Everything below `dir` with its mode, but the images, which are the operator's. */
function modesBelow(dir: string, from = dir): readonly (readonly [path: string, mode: number])[] {
  return readdirSync(from, { withFileTypes: true })
    .filter((entry) => from !== dir || entry.name !== 'images')
    .flatMap((entry) => {
      const path = join(from, entry.name);
      const own = [relative(dir, path), lstatSync(path).mode & 0o777] as const;
      return entry.isDirectory() ? [own, ...modesBelow(dir, path)] : [own];
    });
}

const openToOthers = (modes: ReturnType<typeof modesBelow>) => modes.filter(([, mode]) => (mode & 0o077) !== 0);

test('nothing in the state folder is for others', async () => {
  const umask = process.umask(0);
  onTestFinished(() => {
    process.umask(umask);
  });
  const daemon = await startListening();
  const ask = await signedIn(daemon);
  const id = await makeServer(ask, 'panics');
  const dump = { method: 'POST', body: JSON.stringify({ trigger_crash_dump: null }) };
  const asked = await ask(`/v2.1/servers/${id}/action`, dump);
  expect(asked.status).toBe(202);
  const action = `/v2.1/servers/${id}/os-instance-actions/${asked.headers.get('x-openstack-request-id')}`;
  await waitFor('the NMI to be sent', async () => (await (await ask(action)).text()).includes('"Success"'));
  const running = modesBelow(daemon.stateDir);
  expect(openToOthers(running)).toEqual([]);
  const paths = running.map(([path]) => path);
  for (const path of [
    'lock',
    'clouds.yaml',
    'remnant.db',
    'remnant.db-wal',
    'sim',
    'sim/world.jsonl',
    'sim/nmi.jsonl',
  ]) {
    expect(paths).toContain(path);
  }
  expect(paths.some((path) => path.startsWith('hosts/sim-1/'))).toBe(true);

  daemon.kill('SIGTERM');
  await daemon.ended();
  expect(openToOthers(modesBelow(daemon.stateDir))).toEqual([]);
  expect(lstatSync(daemon.stateDir).mode & 0o777).toBe(0o700);
});
