// Puts a Remnant together: API, dispatch and the agents of this process, on one database and one bus. The only place where
// adapters are chosen; what a test puts in their place comes in as `Parts`.

import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { openAccess } from '../access/access.ts';
import { admit } from '../access/authorise.ts';
import { builtinIdentity } from '../adapters/builtin-identity.ts';
import { imageFolder } from '../adapters/image-folder.ts';
import { Agent } from '../agent/agent.ts';
import type { OpenLog } from '../agent/durable-log.ts';
import type { ApiDeps } from '../api/deps.ts';
import { OPERATIONS } from '../api/operations.ts';
import { RowTexts } from '../api/row-texts.ts';
import { meetHost } from '../app/hosts/meet-host.ts';
import type { NewAccount } from '../app/identity/first-cloud.ts';
import { ensureAccounts, ensureFlavors } from '../app/identity/first-cloud.ts';
import { SignInAttempts } from '../app/identity/sign-in-attempts.ts';
import { forgetExpiredTokens, inspectToken } from '../app/identity/tokens.ts';
import { refusalRecorder } from '../app/record-refusal.ts';
import { observeGuestSink } from '../app/servers/observe-guest.ts';
import { settleServerSink } from '../app/servers/settle-server.ts';
import type { Config } from '../config/sections.ts';
import { findProject, findUser } from '../db/identity.ts';
import { schemaState } from '../db/migrate.ts';
import type { Store } from '../db/store.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import type { CommandBounds } from '../dispatch/queue-command.ts';
import type { OutcomeSink } from '../dispatch/sinks.ts';
import type { Driver } from '../drivers/driver.ts';
import type { FollowDeps } from '../dumps/dump-sinks.ts';
import { dumpEvidenceSink, dumpLateSink, dumpOutcomeSink } from '../dumps/dump-sinks.ts';
import { endUnanswered } from '../dumps/reaction-bound.ts';
import type { TlsMaterial } from '../http/limits.ts';
import type { Readiness, ReadinessCheck } from '../http/probes.ts';
import type { Refusal } from '../http/refuse-bytes.ts';
import type { RequestLine } from '../http/request-line.ts';
import type { HttpFront } from '../http/server.ts';
import { httpServer } from '../http/server.ts';
import { HostTable } from '../liveness/host-table.ts';
import { listenToHosts, refreshServices } from '../liveness/inbox.ts';
import type { CommandKind } from '../model/command.ts';
import type { HostName, ProjectId, UserId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Hello } from '../model/wire.ts';
import type { RuleText } from '../policy/parse-rule.ts';
import type { Bus, Unsubscribe } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identity } from '../ports/identity.ts';
import { repeat } from '../ports/repeat.ts';
import { watchCommits } from './after-commit.ts';
import { httpLimits } from './http-limits.ts';
import type { PolicyNews } from './keep-policy.ts';
import { keepPolicy } from './keep-policy.ts';
import { operationsBeside, wwwAuthenticateUri } from './keystone-part.ts';
import { makeMeters } from './meters.ts';
import { policyPlaces } from './policy-files.ts';
import { readinessJudge } from './readiness.ts';
import { allRules } from './rules.ts';
import { StartError } from './start-error.ts';
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
  /** Told whenever the policy files were read. */
  readonly onPolicy?: (news: PolicyNews) => void;
  readonly onRequest: (line: RequestLine) => void;
  /** The certificate to listen with, and when it ends (ms since 1970); without it, plain HTTP. */
  readonly tls?: TlsMaterial & { readonly ends: number };
  /** Where metrics are kept, those of the process itself beside ours; without it, ours alone. */
  readonly registry?: Registry;
  /** Told of each connection that was ended before it made a request. */
  readonly onRefusal?: (why: Refusal, client: string) => void;
  /** Told of what readiness found changed; the detail is for the operator alone. */
  readonly onReadiness?: (check: ReadinessCheck, detail: string | null) => void;
  /** Told of each host that presented itself. */
  readonly onHost: (hello: Hello) => void;
  readonly onError: (what: string, error: unknown) => void;
}

/** A Remnant that runs. */
export interface Remnant {
  readonly http: FastifyInstance;
  readonly hosts: HostTable;
  readonly dispatcher: Dispatcher;
  /** Why the policy files as they are now are not in force; null when they are. */
  readonly policyProblem: () => string | null;
  /** Reads the policy files now. */
  readonly reloadPolicy: () => Promise<void>;
  readonly readiness: () => Promise<Readiness>;
  /** The metrics, as Prometheus reads them. */
  readonly metrics: () => Promise<string>;
  /** Serves new connections with another certificate. */
  readonly setTls: (material: NonNullable<Parts['tls']>) => void;
  /** From now on it is not ready. */
  readonly stopping: () => void;
  /**
   * Stops taking requests, finishes what runs, lets go of everything it made; the parts stay open.
   * Gives back how many requests were cut off after `graceMs`.
   */
  stop(graceMs: number): Promise<number>;
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
  const { bus, clock, onError } = parts;
  const { store, afterCommit } = watchCommits(parts.store);
  const kept = await keepPolicy({
    defaults: allRules(OPERATIONS),
    overrides: parts.policyOverrides ?? {},
    places: policyPlaces(config),
    clock,
    onNews: (news) => parts.onPolicy?.(news),
    onError,
  });
  const { policy } = kept;
  // A Keystone has accounts of its own.
  const accounts = config.keystone === null ? config.identity.accounts : [];
  await ensureAccounts(
    store,
    clock,
    accounts.map((account) => ({ ...account, system: account.role === 'admin' })),
    parts.keepPasswords,
  );
  await ensureFlavors(store, config.flavors);

  const hosts = new HostTable(clock, ms(config.liveness.unknown_after));
  await refreshServices(store, hosts);
  const images = imageFolder(config.images.folder ?? join(config.state_dir, 'images'), onError);
  const access = openAccess(store, policy, images);
  const bounds = commandBounds(config);
  const { zone } = config.api;

  let front: HttpFront | null = null;
  let certificateEnds = parts.tls?.ends ?? null;
  const meters = makeMeters({
    store,
    hosts,
    http: () => ({ connections: front?.connections() ?? 0, inFlight: front?.inFlight() ?? 0 }),
    certificateEnds: () => certificateEnds,
    policyInForce: () => kept.problem() === null,
    ...(parts.registry === undefined ? {} : { registry: parts.registry }),
  });
  const follow: FollowDeps = {
    clock,
    reactMs: ms(config.dumps.react),
    onVerdict: (tx, verdict) => afterCommit(tx, () => meters.verdict(verdict)),
  };
  const countOutcome: OutcomeSink = async (tx, command, outcome) =>
    afterCommit(tx, () => meters.outcome(command.order.kind, outcome, clock.wall() - command.createdAt));
  const dispatcher = new Dispatcher({
    store,
    bus,
    clock,
    hosts,
    outcomeSinks: [settleServerSink({ clock, bounds }), dumpOutcomeSink(follow), countOutcome],
    lateSinks: [dumpLateSink(follow)],
    evidenceSinks: [observeGuestSink(clock), dumpEvidenceSink(follow)],
    grantValidMs: ms(config.commands.grant_valid),
    sweepMs: SWEEP_MS,
    onError,
  });
  const adoptFor = await adopter(store, config);
  const every = (everyMs: number, what: string, work: () => Promise<void>) =>
    repeat(clock, everyMs, work, (error) => onError(what, error));
  const attempts = new SignInAttempts(clock, {
    free: config.identity.free_failures,
    longestMs: ms(config.identity.longest_wait),
  });
  const tokens = { store, clock, attempts, ttlMs: ms(config.identity.token_ttl) };
  const stops: Unsubscribe[] = [
    kept.stop,
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
    every(SWEEP_MS, 'looking over running dumps', () => endUnanswered({ ...follow, store })),
    // What another process changed, a force-down say, holds here too, whatever became of the message about it.
    every(SERVICES_MS, 'reading the services', () => refreshServices(store, hosts)),
    every(HOUR_MS, 'forgetting expired tokens', () => forgetExpiredTokens(tokens)),
  ];
  dispatcher.start();

  const api: ApiDeps = {
    access,
    hosts,
    texts: new RowTexts(),
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
    identity: { access, store, clock, attempts },
    publicUrl: config.api.public_url,
    region: config.api.region,
    maxLimit: config.api.max_limit,
  };
  const hostNames = config.hosts.map(({ name }) => asId<HostName>(name));
  const ready = readinessJudge({
    clock,
    schema: () => schemaState(store.read),
    identity: () => parts.identity?.healthy?.() ?? null,
    policy: kept.problem,
    hosts: () => ({ met: hostNames.filter((host) => hosts.find(host)?.life != null).length, of: hostNames.length }),
    onChange: (check, detail) => parts.onReadiness?.(check, detail),
  });
  const recordRefusal = refusalRecorder(store, clock);
  const http = httpServer({
    api,
    identity: parts.identity ?? builtinIdentity((token) => inspectToken(tokens, token)),
    admit: (found) => admit(policy, found),
    wwwAuthenticateUri: wwwAuthenticateUri(config.keystone),
    operations: operationsBeside(config.keystone, OPERATIONS),
    version: VERSION,
    clock,
    limits: httpLimits(config),
    tls: parts.tls ?? null,
    probes: { ready: ready.now, metrics: config.metrics.listen === null ? meters.text : null },
    onRequest: (line) => {
      meters.request(line);
      parts.onRequest(line);
    },
    onRefusal: (why, client) => {
      meters.refusal(why);
      parts.onRefusal?.(why, client);
    },
    // The answer stands, whatever becomes of its entry.
    onRefused: (refused) =>
      recordRefusal(refused).catch((error: unknown) => onError(`the audit of ${refused.requestId}`, error)),
    onError,
  });
  front = http;

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
    http: http.server,
    hosts,
    dispatcher,
    policyProblem: kept.problem,
    reloadPolicy: kept.reload,
    readiness: ready.now,
    metrics: meters.text,
    setTls: (material) => {
      certificateEnds = material.ends;
      http.setTls(material);
    },
    stopping: ready.stopping,
    stop: async (graceMs) => {
      ready.stopping();
      const endsAt = clock.mono() + graceMs;
      // First the requests: one that waits for its host needs the agents and dispatch for its answer.
      const cut = await http.stop(graceMs);
      const leftMs = Math.max(0, endsAt - clock.mono());
      await Promise.all(agents.map((agent) => agent.stop(leftMs)));
      for (const stop of stops) stop();
      dispatcher.stop();
      return cut;
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
  if (config.keystone !== null) {
    return { project: asId<ProjectId>(config.adopt.project), user: asId<UserId>(config.adopt.user) };
  }
  const project = await findProject(store.read, { name: config.adopt.project });
  const user = await findUser(store.read, { name: config.adopt.user });
  if (project === null) throw new StartError(`adopt.project: there is no project "${config.adopt.project}"`);
  if (user === null) throw new StartError(`adopt.user: there is no user "${config.adopt.user}"`);
  return { project: project.id, user: user.id };
}
