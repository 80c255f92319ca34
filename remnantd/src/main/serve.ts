// `remnantd serve`: the all-in-one. One process, SQLite, the memory bus, and the agents of the configured hosts.

import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { memoryBus } from '../adapters/memory-bus.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { openDurableLog } from '../agent/durable-log.ts';
import type { Config } from '../config/sections.ts';
import { takeAlone } from '../db/dialects/sqlite.ts';
import { openStore } from '../db/store.ts';
import { DRIVERS } from '../drivers/registry.ts';
import type { SimWorld } from '../drivers/sim/sim-world.ts';
import { openSimWorld } from '../drivers/sim/sim-world.ts';
import { addClouds, correctAuthUrls } from './clouds-file.ts';
import type { Remnant } from './compose.ts';
import { compose } from './compose.ts';
import { logPolicy } from './keep-policy.ts';
import { keystoneOf } from './keystone-part.ts';
import { endOnFault } from './last-words.ts';
import { logRequest, openLog } from './logger.ts';
import { listenForMetrics } from './metrics-listener.ts';
import { listenError, startingWith } from './start-error.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { followTls } from './tls-files.ts';

const inMs = (seconds: number) => Math.round(seconds * 1000);

/** Serves until SIGTERM or SIGINT. Resolves once it listens. Throws StartError when something must be changed first. */
export async function serve(config: Config): Promise<void> {
  const log = openLog(config.log.level);
  const onError = (what: string, error: unknown) => log.error({ err: error }, what);
  const clock = systemClock();
  let remnant: Remnant | null = null;
  const tls =
    config.tls === null
      ? null
      : followTls(config.tls, clock, {
          loaded: (now) => {
            remnant?.setTls(now);
            log.info({ ends: new Date(now.ends).toISOString() }, 'certificate loaded');
          },
          refused: (problem) => log.error({ problem }, 'certificate refused; the one before it stays in use'),
        });
  const letGo = await startingWith('state_dir', () => takeFolder(config.state_dir));
  const store = await startingWith('database.url', () =>
    openStore(config.database.url ?? `sqlite:${join(config.state_dir, 'remnant.db')}`),
  );
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
  const address = addressOf(listenOn);
  const url = publicUrl ?? `${tls === null ? 'http' : 'https'}://${address}`;
  const cloudsFile = join(config.state_dir, 'clouds.yaml');
  const keystone =
    config.keystone === null
      ? null
      : await keystoneOf(config.keystone, clock, (problem) =>
          problem === null ? log.info('Keystone answers') : log.warn({ problem }, 'Keystone cannot be asked'),
        );
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const running = await compose(config, {
    store,
    registry,
    bus,
    clock,
    openLog: openDurableLog,
    keepPasswords: (accounts) => addClouds(cloudsFile, accounts, url, region),
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
    ...(keystone === null ? {} : { identity: keystone }),
    onPolicy: (news) => logPolicy(log, news),
    ...(tls === null ? {} : { tls: tls.current() }),
    onRequest: (line) => logRequest(log, line),
    onRefusal: (why, client) => log.info({ why, client }, 'connection refused'),
    onReadiness: (check, detail) => log[check.state === 'ok' ? 'info' : 'warn']({ ...check, detail }, 'readiness'),
    onError,
  });
  remnant = running;
  const stopMetrics =
    config.metrics.listen === null ? () => {} : await listenForMetrics(config.metrics.listen, () => running.metrics());
  try {
    await running.http.listen({ host: listenOn.host, port: listenOn.port });
  } catch (error) {
    throw listenError(error, { host: 'api.host', port: 'api.port' }, address);
  }
  if (keystone === null) {
    const users = config.identity.accounts.map((account) => account.user);
    if (correctAuthUrls(cloudsFile, users, url)) log.info({ file: cloudsFile, url }, 'where to sign in was put right');
  }
  // Only now: a start that fails tells it on standard error, and in its own words.
  endOnFault(log);
  stopOnSignal({
    clock,
    log,
    drainMs: inMs(config.stop.drain),
    graceMs: inMs(config.stop.grace),
    begin: () => running.stopping(),
    finish: (graceMs) => running.stop(graceMs),
    letGo: async () => {
      tls?.stop();
      stopMetrics();
      keystone?.close();
      await bus.close();
      world?.close();
      await store.close();
      letGo();
    },
  });
  process.on('SIGHUP', () => {
    tls?.look();
    void running.reloadPolicy();
  });
  log.info({ url, hosts: config.hosts.map((one) => one.name) }, 'listening');
}

/** Makes the state folder, and takes it for this process alone. The result gives it back. */
function takeFolder(dir: string): () => void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // It may have been there before, open to others: what is in it from now on is nobody else's.
  chmodSync(dir, 0o700);
  // Two daemons on one folder would be two agents with one ledger.
  return takeAlone(join(dir, 'lock'));
}

/** `HOST:PORT`, as in a URL. */
function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
