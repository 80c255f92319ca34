// Puts a Remnant together: API, dispatch and the agents of this process, on one database and one bus. The only place where
// adapters are chosen; what a test puts in their place comes in as `Parts`.

import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { openAccess } from '../access/access.ts';
import { admit } from '../access/authorise.ts';
import { builtinIdentity } from '../adapters/builtin-identity.ts';
import type { ApiDeps } from '../api/deps.ts';
import { OPERATIONS } from '../api/operations.ts';
import { RowTexts } from '../api/row-texts.ts';
import { sweepArtefacts } from '../app/artefacts/sweep-artefacts.ts';
import { meetHost } from '../app/hosts/meet-host.ts';
import { removeLeftovers } from '../app/hosts/remove-leftovers.ts';
import { KnownKeys } from '../app/idempotency/known-keys.ts';
import type { NewAccount } from '../app/identity/first-cloud.ts';
import { ensureAccounts, ensureFlavors } from '../app/identity/first-cloud.ts';
import { KnownTokens } from '../app/identity/known-tokens.ts';
import { SignInAttempts } from '../app/identity/sign-in-attempts.ts';
import { forgetExpiredTokens } from '../app/identity/tokens.ts';
import { refusalRecorder } from '../app/record-refusal.ts';
import { noteTaskSink } from '../app/servers/note-task.ts';
import { observeAddressesSink } from '../app/servers/observe-addresses.ts';
import { observeGuestSink } from '../app/servers/observe-guest.ts';
import { settleServerSink } from '../app/servers/settle-server.ts';
import type { Config } from '../config/sections.ts';
import { findProject, findUser } from '../db/identity.ts';
import { schemaState } from '../db/migrate.ts';
import { measureServers } from '../db/server-usage.ts';
import type { Store } from '../db/store.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import type { Queued } from '../dispatch/queue-command.ts';
import { RowDates } from '../dispatch/row-dates.ts';
import type { OutcomeSink } from '../dispatch/sinks.ts';
import { panicTextSink } from '../dumps/after-panic.ts';
import { artefactSink } from '../dumps/artefact-sink.ts';
import { endOverdueDumps, takeUpDumps } from '../dumps/dump-bounds.ts';
import { dumpEvidenceSink, dumpLateSink, dumpOutcomeSink } from '../dumps/dump-sinks.ts';
import { extractSink } from '../dumps/extract-sink.ts';
import type { FollowDeps } from '../dumps/follow-dump.ts';
import { UnheardDumps } from '../dumps/unheard-dumps.ts';
import type { TlsMaterial } from '../http/limits.ts';
import { OnceOnly } from '../http/once.ts';
import type { Readiness, ReadinessCheck } from '../http/probes.ts';
import type { Refusal } from '../http/refuse-bytes.ts';
import type { RequestLine } from '../http/request-line.ts';
import type { HttpFront } from '../http/server.ts';
import { httpServer } from '../http/server.ts';
import type { HostTable } from '../liveness/host-table.ts';
import type { HostName, ProjectId, UserId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Hello } from '../model/wire.ts';
import type { RuleText } from '../policy/parse-rule.ts';
import type { ArtefactLane } from '../ports/artefact-lane.ts';
import type { Unsubscribe } from '../ports/bus.ts';
import type { Identity } from '../ports/identity.ts';
import { repeat } from '../ports/repeat.ts';
import { watchCommits } from './after-commit.ts';
import { commandBounds } from './command-bounds.ts';
import type { AgentParts } from './compose-agents.ts';
import { makeAgents, startAgents } from './compose-agents.ts';
import { dumpBounds, keepLimits } from './dump-limits.ts';
import { enrollmentPart } from './enrollment-part.ts';
import { httpLimits } from './http-limits.ts';
import { imagesForApi, openImages } from './images-part.ts';
import type { PolicyNews } from './keep-policy.ts';
import { keepPolicy } from './keep-policy.ts';
import { operationsBeside, wwwAuthenticateUri } from './keystone-part.ts';
import { openLiveness } from './liveness-part.ts';
import { makeMeters } from './meters.ts';
import { ms } from './ms.ts';
import { newRsaKey } from './new-rsa-key.ts';
import { policyPlaces } from './policy-files.ts';
import { afterPanicOf } from './queue-after-panic.ts';
import { quietWhileAway } from './quiet-while-away.ts';
import { configuredQuotas } from './quota-part.ts';
import { readinessJudge } from './readiness.ts';
import { allRules } from './rules.ts';
import { StartError } from './start-error.ts';
import { VERSION } from './version.ts';

/** The adapters a Remnant stands on. */
export interface Parts extends Omit<AgentParts, 'images' | 'lane'> {
  readonly store: Store;
  readonly lane: ArtefactLane;
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
  /**
   * Starts the agents of the configured hosts: once, and best when it listens, for a host may take its time and an answer need not
   * wait for it. Throws when a state folder cannot be used.
   */
  readonly startAgents: () => Promise<void>;
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

const SWEEP_MS = 250;
const ARTEFACTS_MS = 1_000;
const LEFTOVERS_MS = 1_000;
const HOUR_MS = 3_600_000;
const ASK_MS = 10_000;
/** Puts it together and starts it, but for its agents; it does not listen yet. */
export async function compose(config: Config, parts: Parts): Promise<Remnant> {
  const { clock } = parts;
  const onError = quietWhileAway(parts.onError);
  const { store, afterCommit } = watchCommits(parts.store);
  const door = enrollmentPart({ config, store, bus: parts.bus, clock, dispatcher: () => dispatcher, onError });
  const { bus } = door;
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
  await measureServers(store);

  const liveness = await openLiveness(config, { store, bus, clock, onError });
  const { hosts, book } = liveness;
  const stored = openImages(config, clock, onError);
  const images = imagesForApi(stored.images);
  const quotas = configuredQuotas(config);
  const access = openAccess(store, policy, images, quotas);
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
  const ring = (queued: Queued) => void dispatcher.ring(queued);
  const follow: FollowDeps = {
    clock,
    bounds: dumpBounds(config),
    memory: {
      bounds,
      speaks: (host) => hosts.find(host)?.calls.includes('dump-memory') === true,
      mostPerProject: keepLimits(config).mostPerProject,
      onQueued: (tx, queued) => afterCommit(tx, () => ring(queued)),
    },
    onVerdict: (tx, verdict) => afterCommit(tx, () => meters.verdict(verdict)),
    onEnded: afterPanicOf({ clock, bounds, hosts, afterCommit, ring }),
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
    evidenceSinks: [
      observeGuestSink(clock),
      noteTaskSink(clock),
      observeAddressesSink(clock),
      artefactSink({ ...follow, ...keepLimits(config) }),
      panicTextSink({ clock }),
      dumpEvidenceSink(follow),
      extractSink(clock),
    ],
    grantValidMs: ms(config.commands.grant_valid),
    sweepMs: SWEEP_MS,
    enrolled: door.enrolled,
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
  const knownTokens = new KnownTokens(tokens);
  const who =
    parts.identity ??
    builtinIdentity(
      (token) => knownTokens.inspect(token),
      async (id) => (await findProject(store.read, { id })) !== null,
    );
  const knownKeys = new KnownKeys(store, clock);
  // While others were at work, nothing that came was left lying.
  if (await dispatcher.isAlone()) await takeUpDumps({ ...follow, store, onError });
  const dates = new RowDates(clock);
  const unheard = new UnheardDumps(clock, (host) => hosts.heard(host));
  const stops: Unsubscribe[] = [
    kept.stop,
    await door.watch(),
    every(SWEEP_MS, 'looking over running dumps', () => endOverdueDumps({ ...follow, store, dates, unheard, onError })),
    every(LEFTOVERS_MS, 'removing what moves left', () => removeLeftovers({ store, clock, hosts, dispatcher, bounds })),
    every(ARTEFACTS_MS, 'looking after artefacts', () => sweepArtefacts({ store, clock, bus, askMs: ASK_MS })),
    every(HOUR_MS, 'forgetting old idempotency keys', () => knownKeys.forget()),
    every(HOUR_MS, 'forgetting expired tokens', () => forgetExpiredTokens(tokens)),
  ];
  const stopLiveness = liveness.begin(async (hello) => {
    await meetHost({ store, clock, dispatcher, bounds, zone, adoptFor }, hello);
    parts.onHost(hello);
  });
  // What comes after a first look can be dated.
  await dispatcher.sweep();
  dispatcher.start();

  const api: ApiDeps = {
    access,
    hosts,
    transitions: liveness.transitions,
    texts: new RowTexts(),
    servers: {
      access,
      store,
      clock,
      dispatcher,
      bounds,
      hosts,
      images,
      quotas,
      bus,
      zone,
      nmiWaitMs: ms(config.commands.nmi_wait),
      follow,
      dumpDefaults: { memory: config.dumps.memory, afterPanic: config.dumps.after_panic },
      askMs: ASK_MS,
    },
    services: { store, clock, book, dispatcher },
    quotas: { access, store, clock, quotas, identity: who },
    flavors: { access, store, clock, identity: who },
    keypairs: { access, store, clock, quotas, newRsaKey },
    serverGroups: { access, store, clock, quotas },
    aggregates: { access, store, clock, book, zone },
    hostUptime: { bus, hosts, askMs: ASK_MS },
    tokens,
    identity: { access, store, clock, attempts },
    artefacts: { store, clock, bus, lane: parts.lane, askMs: ASK_MS },
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
    bus: () => (bus.connection().up ? null : bus.connection().reason),
    hosts: () => ({ met: hostNames.filter((host) => hosts.isMet(host)).length, of: hostNames.length }),
    onChange: (check, detail) => parts.onReadiness?.(check, detail),
  });
  const recordRefusal = refusalRecorder(store, clock);
  const http = httpServer({
    api,
    identity: who,
    admit: (found) => admit(policy, found),
    once: new OnceOnly(knownKeys, clock),
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

  const agents = makeAgents(config, { ...parts, images: stored.images });
  let started: ReturnType<typeof startAgents> = Promise.resolve([]);
  let stopping = false;

  return {
    http: http.server,
    hosts,
    dispatcher,
    policyProblem: kept.problem,
    reloadPolicy: kept.reload,
    readiness: ready.now,
    metrics: meters.text,
    startAgents: async () => {
      started = startAgents(agents, () => !stopping);
      await started;
    },
    setTls: (material) => {
      certificateEnds = material.ends;
      http.setTls(material);
    },
    stopping: ready.stopping,
    stop: async (graceMs) => {
      stopping = true;
      ready.stopping();
      const endsAt = clock.mono() + graceMs;
      // First the requests: one that waits for its host needs the agents and dispatch for its answer.
      const cut = await http.stop(graceMs);
      const leftMs = Math.max(0, endsAt - clock.mono());
      // Those of a start that failed have nothing to finish.
      const running = await started.catch(() => []);
      await Promise.all(running.map((agent) => agent.stop(leftMs)));
      for (const stop of stops) stop();
      dispatcher.stop();
      await stopLiveness();
      stored.close();
      return cut;
    },
  };
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
