// Puts a Remnant together: API, dispatch and the agents of this process, on one database and one bus. The only place where
// adapters are chosen; what a test puts in their place comes in as `Parts`.

import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { openAccess } from '../access/access.ts';
import { credentialsOf } from '../access/authorise.ts';
import { builtinIdentity } from '../adapters/builtin-identity.ts';
import { imageFolder } from '../adapters/image-folder.ts';
import { Agent } from '../agent/agent.ts';
import type { OpenLog } from '../agent/durable-log.ts';
import type { ApiDeps } from '../api/deps.ts';
import { OPERATIONS } from '../api/operations.ts';
import { meetHost } from '../app/hosts/meet-host.ts';
import type { NewAccount } from '../app/identity/first-cloud.ts';
import { ensureAccounts, ensureFlavors } from '../app/identity/first-cloud.ts';
import { forgetExpiredTokens, inspectToken } from '../app/identity/tokens.ts';
import { observeGuestSink } from '../app/servers/observe-guest.ts';
import { settleServerSink } from '../app/servers/settle-server.ts';
import type { Config } from '../config/sections.ts';
import { findProject, findUser } from '../db/identity.ts';
import type { Store } from '../db/store.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import type { CommandBounds } from '../dispatch/queue-command.ts';
import type { Driver } from '../drivers/driver.ts';
import { dumpEvidenceSink, dumpLateSink, dumpOutcomeSink } from '../dumps/dump-sinks.ts';
import { endUnanswered } from '../dumps/reaction-bound.ts';
import type { RequestLine } from '../http/server.ts';
import { httpServer } from '../http/server.ts';
import { HostTable } from '../liveness/host-table.ts';
import { listenToHosts, refreshServices } from '../liveness/inbox.ts';
import type { Caller } from '../model/caller.ts';
import type { CommandKind } from '../model/command.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Hello } from '../model/wire.ts';
import type { RuleText } from '../policy/parse-rule.ts';
import { createPolicy } from '../policy/policy-engine.ts';
import type { Bus, Unsubscribe } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identity } from '../ports/identity.ts';
import { repeat } from '../ports/repeat.ts';
import { allRules } from './rules.ts';
import { VERSION } from './version.ts';

/** The adapters a Remnant stands on. */
export interface Parts {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly openLog: OpenLog;
  /** The driver of a host of this process. */
  readonly driver: (host: Config['hosts'][number]) => Driver;
  /** Keeps the passwords of accounts that are about to be made: nobody will see them again. */
  readonly keepPasswords: (accounts: readonly NewAccount[]) => void;
  /** Instead of the built-in one. */
  readonly identity?: Identity;
  /** Policy rules in the place of their defaults, by name. */
  readonly policyOverrides?: Readonly<Record<string, RuleText>>;
  readonly onRequest: (line: RequestLine) => void;
  /** Told of each host that presented itself. */
  readonly onHost: (hello: Hello) => void;
  readonly onError: (what: string, error: unknown) => void;
}

/** A Remnant that runs. */
export interface Remnant {
  readonly http: FastifyInstance;
  readonly hosts: HostTable;
  readonly dispatcher: Dispatcher;
  /** Stops taking requests, finishes what runs, lets go of everything it made; the parts stay open. */
  stop(graceMs: number): Promise<void>;
}

const CALLS: readonly CommandKind[] = ['create', 'destroy', 'power-on', 'power-off', 'pause', 'unpause', 'inject-nmi'];
const SWEEP_MS = 250;
const SERVICES_MS = 1_000;
const HOUR_MS = 3_600_000;
const POLL_MS = 1_000;
const REQUEST_MS = 5_000;
const ASK_MS = 10_000;
const ms = (seconds: number) => Math.round(seconds * 1000);

/** Puts it together and starts it; it does not listen yet. */
export async function compose(config: Config, parts: Parts): Promise<Remnant> {
  const { store, bus, clock, onError } = parts;
  await ensureAccounts(
    store,
    clock,
    config.identity.accounts.map((account) => ({ ...account, system: account.role === 'admin' })),
    parts.keepPasswords,
  );
  await ensureFlavors(store, config.flavors);

  const hosts = new HostTable(clock, ms(config.liveness.unknown_after));
  await refreshServices(store, hosts);
  const policy = createPolicy({ defaults: allRules(OPERATIONS), overrides: parts.policyOverrides ?? {} });
  const images = imageFolder(config.images.folder ?? join(config.state_dir, 'images'), onError);
  const access = openAccess(store, policy, images);
  const bounds = commandBounds(config);
  const reactMs = ms(config.dumps.react);
  const { zone } = config.api;

  const dispatcher = new Dispatcher({
    store,
    bus,
    clock,
    hosts,
    outcomeSinks: [settleServerSink({ clock, bounds }), dumpOutcomeSink({ clock, reactMs })],
    lateSinks: [dumpLateSink({ clock, reactMs })],
    evidenceSinks: [observeGuestSink(clock), dumpEvidenceSink({ clock, reactMs })],
    grantValidMs: ms(config.commands.grant_valid),
    sweepMs: SWEEP_MS,
    onError,
  });
  const adoptFor = await adopter(store, config);
  const every = (everyMs: number, what: string, work: () => Promise<void>) =>
    repeat(clock, everyMs, work, (error) => onError(what, error));
  const tokens = { store, clock, ttlMs: ms(config.identity.token_ttl) };
  const stops: Unsubscribe[] = [
    listenToHosts({
      store,
      bus,
      clock,
      hosts,
      zone,
      onHello: async (hello) => {
        await meetHost({ store, clock, dispatcher, bounds, zone, adoptFor }, hello);
        parts.onHost(hello);
      },
      onError,
    }),
    every(SWEEP_MS, 'looking over running dumps', () => endUnanswered({ store, clock, reactMs })),
    // What another process changed, a force-down say, holds here too, whatever became of the message about it.
    every(SERVICES_MS, 'reading the services', () => refreshServices(store, hosts)),
    every(HOUR_MS, 'forgetting expired tokens', () => forgetExpiredTokens(tokens)),
  ];
  dispatcher.start();

  const api: ApiDeps = {
    access,
    hosts,
    servers: {
      access,
      store,
      clock,
      dispatcher,
      bounds,
      hosts,
      images,
      bus,
      zone,
      nmiWaitMs: ms(config.commands.nmi_wait),
      askMs: ASK_MS,
    },
    services: { store, clock, hosts, dispatcher },
    tokens,
    publicUrl: config.api.public_url,
    region: config.api.region,
    maxLimit: config.api.max_limit,
  };
  const http = httpServer({
    api,
    identity: parts.identity ?? builtinIdentity((token) => inspectToken(tokens, token)),
    isAdmin: (caller: Omit<Caller, 'isAdmin'>) => policy.allows('context_is_admin', credentialsOf(caller), {}),
    operations: OPERATIONS,
    version: VERSION,
    clock,
    maxBodyBytes: config.api.max_body,
    onRequest: parts.onRequest,
    onError,
  });

  const agents = config.hosts.map(
    (host) =>
      new Agent({
        host: asId<HostName>(host.name),
        driver: parts.driver(host),
        bus,
        clock,
        images,
        stateDir: join(config.state_dir, 'hosts', host.name),
        openLog: parts.openLog,
        calls: CALLS,
        beatMs: ms(config.liveness.beat),
        pollMs: POLL_MS,
        requestMs: REQUEST_MS,
        onError,
      }),
  );
  await Promise.all(agents.map((agent) => agent.start()));

  return {
    http,
    hosts,
    dispatcher,
    stop: async (graceMs) => {
      await http.close();
      await Promise.all(agents.map((agent) => agent.stop(graceMs)));
      for (const stop of stops) stop();
      dispatcher.stop();
    },
  };
}

function commandBounds(config: Config): CommandBounds {
  const { deadline, answer, create_answer: create } = config.commands;
  const answerMs = Object.fromEntries(CALLS.map((kind) => [kind, ms(kind === 'create' ? create : answer)]));
  return { deadlineMs: ms(deadline), answerMs: answerMs as CommandBounds['answerMs'] };
}

async function adopter(store: Store, config: Config) {
  if (config.adopt === null) return null;
  const project = await findProject(store.read, { name: config.adopt.project });
  const user = await findUser(store.read, { name: config.adopt.user });
  if (project === null) throw new Error(`adopt.project: there is no project "${config.adopt.project}"`);
  if (user === null) throw new Error(`adopt.user: there is no user "${config.adopt.user}"`);
  return { project: project.id, user: user.id };
}
