// `remnantd serve`: the all-in-one. One process, SQLite, the memory bus, and the agents of the configured hosts.

import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { memoryBus } from '../adapters/memory-bus.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { openDurableLog } from '../agent/durable-log.ts';
import type { Config } from '../config/sections.ts';
import { takeAlone } from '../db/dialects/sqlite.ts';
import { openStore } from '../db/store.ts';
import { DRIVERS } from '../drivers/registry.ts';
import type { SimWorld } from '../drivers/sim/sim-world.ts';
import { openSimWorld } from '../drivers/sim/sim-world.ts';
import { addClouds } from './clouds-file.ts';
import { compose } from './compose.ts';

/** How long a stop waits for what runs, ms. */
const GRACE_MS = 10_000;

/** Serves until SIGTERM or SIGINT. Resolves once it listens. */
export async function serve(config: Config): Promise<void> {
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const onError = (what: string, error: unknown) => log.error({ err: error }, what);
  const clock = systemClock();
  mkdirSync(config.state_dir, { recursive: true, mode: 0o700 });
  // It may have been there before, open to others: what is in it from now on is nobody else's.
  chmodSync(config.state_dir, 0o700);
  // Two daemons on one folder would be two agents with one ledger.
  const letGo = takeAlone(join(config.state_dir, 'lock'));
  const store = await openStore(config.database.url ?? `sqlite:${join(config.state_dir, 'remnant.db')}`);
  const bus = memoryBus(clock, onError);
  let world: SimWorld | null = null;
  const openWorld = () => {
    world ??= openSimWorld({
      dir: join(config.state_dir, 'sim'),
      now: () => clock.wall(),
      mono: () => clock.mono(),
      defer: (ms, run) => clock.after(ms, run),
    });
    return world;
  };
  const { public_url: publicUrl, region, ...listenOn } = config.api;
  const url = publicUrl ?? addressOf(listenOn);
  const remnant = await compose(config, {
    store,
    bus,
    clock,
    openLog: openDurableLog,
    keepPasswords: (accounts) => addClouds(join(config.state_dir, 'clouds.yaml'), accounts, url, region),
    driver: (host) =>
      DRIVERS[host.driver]({
        host: host.name,
        socket: host.socket,
        accel: host.accel,
        stateDir: join(config.state_dir, 'hosts', host.name),
        now: () => clock.wall(),
        world: openWorld,
      }),
    onHost: ({ host, offered }) =>
      log.info({ host, driver: offered.driver, guests: offered.guests?.length ?? null }, 'host met'),
    onRequest: (line) => log.info(line, 'request'),
    onError,
  });
  await remnant.http.listen({ host: listenOn.host, port: listenOn.port });
  log.info({ url, hosts: config.hosts.map((one) => one.name) }, 'listening');

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    remnant
      .stop(GRACE_MS)
      .then(async () => {
        await bus.close();
        world?.close();
        await store.close();
        letGo();
        log.info('stopped');
      })
      .catch((error: unknown) => {
        onError('stopping', error);
        process.exitCode = 1;
      })
      // What is left (an unanswered driver call) must not keep a stopped daemon alive.
      .finally(() => process.exit());
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** The address as a URL. */
function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
