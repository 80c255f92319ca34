// `remnantd agent`: the agents of the hosts of this machine, and nothing else. No database is opened here, nobody is listened to: work
// comes over the bus, and the files of dumps go to the API process that asked.

import { laneSender } from '../adapters/http-lane/lane-sender.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { openDurableLog } from '../agent/durable-log.ts';
import type { AgentConfig } from '../config/agent-sections.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { LANE_TIMES } from '../ports/artefact-lane.ts';
import { BusFault } from '../ports/bus.ts';
import { agentMeters } from './agent-meters.ts';
import { openBus } from './bus-part.ts';
import { makeAgents, startAgents } from './compose-agents.ts';
import { openImages } from './images-part.ts';
import { laneCa } from './lane-ca.ts';
import { endOnFault } from './last-words.ts';
import { logBus } from './log-bus.ts';
import { openLog } from './logger.ts';
import { listenForMetrics } from './metrics-listener.ts';
import { ms } from './ms.ts';
import { openDrivers } from './open-drivers.ts';
import { startingWith } from './start-error.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { takeFolder } from './take-folder.ts';

/**
 * Runs until SIGTERM or SIGINT. Resolves once the agents run; the bus may be away then. Throws StartError when something must be
 * changed first.
 */
export async function runAgent(config: AgentConfig): Promise<void> {
  const log = openLog(config.log.level);
  const onError = (what: string, error: unknown) => {
    // That the bus is away is in the log already; that nobody answers, or says no, is no fault of ours: where it was is no news.
    if (!(error instanceof BusFault)) log.error({ err: error }, what);
    else log[error.code === 'away' ? 'debug' : 'warn']({ reason: error.message }, what);
  };
  const clock = systemClock();
  const hosts = config.hosts.map((one) => asId<HostName>(one.name));
  const ca = laneCa(config.lane.ca);
  const letGo = await takeFolder(config.state_dir);
  const bus = await openBus(config.bus, { kind: 'host', host: hosts[0] as HostName }, clock, onError);
  logBus(log, bus);
  const meters = agentMeters(hosts, bus);
  const stopMetrics =
    config.metrics.listen === null ? () => {} : await listenForMetrics(config.metrics.listen, meters.text);
  const lane = laneSender({ clock, times: LANE_TIMES, ca: ca.current });
  const drivers = openDrivers(config.state_dir, clock);
  const stored = openImages(config, clock, onError);
  const made = makeAgents(config, {
    bus,
    lane,
    clock,
    images: stored.images,
    openLog: openDurableLog,
    driver: drivers.driver,
    onMet: ({ host, offered }) => {
      meters.met(host);
      log.info({ host, driver: offered.driver, guests: offered.guests?.length ?? null }, 'host met');
    },
    onFault: (host, command, reason) => log.warn({ host, command, reason }, 'a command failed'),
    onMissingImage: (host, image) => log.warn({ host, image }, 'a server needs an image that this host has not'),
    onError,
  });
  const agents = await startingWith('state_dir', () => startAgents(made));
  // Only now: a start that fails tells it on standard error, and in its own words.
  endOnFault(log);
  stopOnSignal({
    clock,
    log,
    drainMs: 0,
    graceMs: ms(config.stop.grace),
    begin: () => {},
    finish: async (graceMs) => {
      await Promise.all(agents.map((agent) => agent.stop(graceMs)));
      return 0;
    },
    letGo: async () => {
      stopMetrics();
      lane.close();
      stored.close();
      await bus.close();
      drivers.close();
      letGo();
    },
  });
  process.on('SIGHUP', () =>
    ca.look((problem) => log.error({ problem }, 'authorities refused; those before them stay in use')),
  );
  log.info({ hosts }, 'running');
}
