// Who may speak on the cloud's bus, as an operator sets it up: everybody is enrolled, and nats-server is told of them.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APIS, BUS_PORT, databaseUrl, HOSTS, homeOf } from './cloud-config.ts';
import type { CloudNet } from './cloud-net.ts';
import { DAEMON } from './cloud-net.ts';

/** Enrolls every API process and host, and writes the settings of the bus. The database must be up. */
export async function enrollAll(net: CloudNet): Promise<void> {
  const folder = homeOf(net, 'operator');
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'remnant.yaml');
  writeFileSync(config, JSON.stringify({ state_dir: join(folder, 'state'), database: { url: databaseUrl(net) } }));
  const remnantd = (...words: string[]) => net.run('client', [process.execPath, DAEMON, ...words, '--config', config]);
  // The first one brings the database to its schema.
  for (const api of APIS) await remnantd('enroll', api, '--api', '--out', join(homeOf(net, api), 'bus.nk'));
  await Promise.all(HOSTS.map((host) => remnantd('enroll', host, '--out', join(homeOf(net, host), 'bus.nk'))));
  await remnantd('bus-users', '--out', join(homeOf(net, 'bus'), 'users.conf'));
  const lines = [`listen: "${net.address('bus')}:${BUS_PORT}"`, 'max_payload: 8MB', 'include "users.conf"'];
  writeFileSync(join(homeOf(net, 'bus'), 'nats.conf'), `${lines.join('\n')}\n`);
}
