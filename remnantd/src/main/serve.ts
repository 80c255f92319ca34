// `remnantd serve`: an API process, with the agents of the configured hosts. What it stands on is the configuration's choice: alone
// on SQLite and a bus of its own, or one of several on PostgreSQL and NATS.

import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { systemClock } from '../adapters/system-clock.ts';
import { openDurableLog } from '../agent/durable-log.ts';
import type { Config } from '../config/sections.ts';
import { openStore } from '../db/store.ts';
import { openBus } from './bus-part.ts';
import { addClouds, correctAuthUrls } from './clouds-file.ts';
import type { Remnant } from './compose.ts';
import { compose } from './compose.ts';
import { logPolicy } from './keep-policy.ts';
import { keystoneOf } from './keystone-part.ts';
import type { LanePart } from './lane-part.ts';
import { openLane } from './lane-part.ts';
import { endOnFault } from './last-words.ts';
import { logBus } from './log-bus.ts';
import { logRequest, openLog } from './logger.ts';
import { listenForMetrics } from './metrics-listener.ts';
import { ms } from './ms.ts';
import { openDrivers } from './open-drivers.ts';
import { quietWhileAway } from './quiet-while-away.ts';
import { listenError, startingWith } from './start-error.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { takeFolder } from './take-folder.ts';
import type { TlsNews } from './tls-files.ts';
import { followTls } from './tls-files.ts';

/** Serves until SIGTERM or SIGINT. Resolves once it listens and its agents have started. Throws StartError when something must be changed first. */
export async function serve(config: Config): Promise<void> {
  const log = openLog(config.log.level);
  const onError = quietWhileAway((what, error) => log.error({ err: error }, what));
  const clock = systemClock();
  let remnant: Remnant | null = null;
  let lane: LanePart | null = null;
  const refused = (problem: string) => log.error({ problem }, 'certificate refused; the one before it stays in use');
  const loaded: TlsNews['loaded'] = (now) => log.info({ ends: new Date(now.ends).toISOString() }, 'certificate loaded');
  const tls =
    config.tls === null
      ? null
      : followTls(config.tls, clock, {
          loaded: (now) => {
            remnant?.setTls(now);
            lane?.apiTls(now);
            loaded(now);
          },
          refused,
        });
  const letGo = await takeFolder(config.state_dir);
  const store = await startingWith('database.url', () =>
    openStore(config.database.url ?? `sqlite:${join(config.state_dir, 'remnant.db')}`, {
      onOutage: {
        away: (why) => log.error({ err: why }, 'the database is away'),
        back: (afterMs) => log.info({ after_ms: Math.round(afterMs) }, 'the database is back'),
      },
    }),
  );
  const bus = await openBus(config.bus, { kind: 'api' }, clock, onError);
  logBus(log, bus);
  const openedLane = await openLane(config, clock, tls?.current() ?? null, { loaded, refused });
  lane = openedLane;
  const drivers = openDrivers(config.state_dir, clock);
  const { public_url: publicUrl, region, ...listenOn } = config.api;
  const address = addressOf(listenOn);
  const url = publicUrl ?? `${tls === null ? 'http' : 'https'}://${address}`;
  const cloudsFile = join(config.state_dir, 'clouds.yaml');
  const keystone =
    config.keystone === null
      ? null
      : keystoneOf(config.keystone, clock, (problem) =>
          problem === null ? log.info('Keystone answers') : log.warn({ problem }, 'Keystone cannot be asked'),
        );
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const running = await compose(config, {
    store,
    registry,
    bus,
    lane: openedLane.lane,
    clock,
    openLog: openDurableLog,
    keepPasswords: (accounts) => addClouds(cloudsFile, accounts, url, region),
    driver: drivers.driver,
    onFault: (host, command, reason) => log.warn({ host, command, reason }, 'a command failed'),
    onMissingImage: (host, image) => log.warn({ host, image }, 'a server needs an image that this host has not'),
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
  stopOnSignal({
    clock,
    log,
    drainMs: ms(config.stop.drain),
    graceMs: ms(config.stop.grace),
    begin: () => running.stopping(),
    finish: (graceMs) => running.stop(graceMs),
    letGo: async () => {
      tls?.stop();
      stopMetrics();
      keystone?.close();
      openedLane.close();
      await bus.close();
      drivers.close();
      await store.close();
      letGo();
    },
  });
  process.on('SIGHUP', () => {
    tls?.look();
    openedLane.look();
    void running.reloadPolicy();
  });
  log.info({ url, hosts: config.hosts.map((one) => one.name), lane: config.lane.listen }, 'listening');
  // A host may take its time: what is asked meanwhile is answered.
  await startingWith('state_dir', () => running.startAgents());
  // Only now: a start that fails tells it on standard error, and in its own words.
  endOnFault(log);
}

/** `HOST:PORT`, as in a URL. */
function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
