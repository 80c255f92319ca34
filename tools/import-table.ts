// Which room of the daemon may import which: the walls, each with the reason that is printed when one is crossed.
// A room may always import itself; walls hold for type imports too.

/** What one room may import, and why no more. */
export type Wall = { readonly may: readonly string[]; readonly why: string };

/**
 * The walls of `remnantd/src`. `drivers/*` stands for each driver's folder, `adapters/*` for each adapter;
 * a name with `.ts` is one file. `*` in `may` means everything.
 */
export const WALLS: Readonly<Record<string, Wall>> = {
  lib: { may: [], why: 'lib holds tiny helpers that anyone may use, so it depends on no one' },
  model: { may: ['lib'], why: 'model is pure: tables and rules that need no database, network or clock' },
  config: { may: ['model', 'lib'], why: 'config is read before anything else is built' },
  ports: { may: ['model', 'lib'], why: 'a port says what is wanted, not who gives it' },
  policy: { may: ['model', 'lib'], why: 'policy is a language: it knows no endpoint and no row' },
  db: { may: ['model', 'config', 'lib'], why: 'db stores and loads; it decides nothing' },
  liveness: { may: ['model', 'db', 'ports', 'lib'], why: 'liveness is a table in memory fed by heartbeats' },
  access: {
    may: ['db', 'policy', 'ports', 'model', 'lib'],
    why: 'access loads and authorises a row in one step, and does nothing else with it',
  },
  dispatch: {
    may: ['db', 'liveness', 'ports', 'model', 'lib'],
    why: 'dispatch brings a command to its host; who asked and why was settled before',
  },
  dumps: {
    may: ['db', 'dispatch', 'ports', 'model', 'lib'],
    why: 'dumps follows evidence to a verdict; it serves no request',
  },
  app: {
    may: ['access', 'db', 'dispatch', 'dumps', 'liveness', 'ports', 'model', 'lib'],
    why: 'a use case must not know how it was called (http, api) or what does the work (drivers, adapters)',
  },
  api: {
    may: ['access', 'app', 'policy', 'liveness', 'dumps', 'model', 'lib'],
    why: 'no row without authorisation: an operation reads through access and writes through app, never db',
  },
  http: {
    may: ['api', 'policy', 'ports', 'config', 'model', 'lib'],
    why: 'http carries requests to operations; what they mean is decided further in',
  },
  agent: {
    may: ['drivers/driver.ts', 'drivers/guest-life.ts', 'drivers/guest-view.ts', 'ports', 'config', 'model', 'lib'],
    why: 'an agent runs on a host: it has no database, no use cases, and one driver chosen by main',
  },
  'drivers/driver.ts': {
    may: ['drivers/guest-life.ts', 'drivers/guest-view.ts', 'model', 'lib'],
    why: 'the contract of a driver knows no driver',
  },
  'drivers/guest-life.ts': {
    may: ['drivers/driver.ts', 'model'],
    why: 'a part of the contract of a driver knows no driver',
  },
  'drivers/guest-view.ts': {
    may: ['model'],
    why: 'a part of the contract of a driver knows no driver',
  },
  'drivers/conformance.ts': {
    may: ['drivers/driver.ts', 'drivers/conformance', 'model', 'lib'],
    why: 'one suite for every driver must know none of them',
  },
  'drivers/registry.ts': {
    may: ['drivers/driver.ts', 'drivers/*', 'config', 'model', 'lib'],
    why: 'the registry lists drivers; it reaches nothing else',
  },
  'drivers/*': {
    may: ['drivers/driver.ts', 'drivers/guest-life.ts', 'drivers/guest-view.ts', 'model', 'config', 'lib'],
    why: 'a driver is one folder behind one contract: deleting another driver must not break it',
  },
  'adapters/*': {
    may: ['ports', 'db', 'config', 'model', 'lib'],
    why: 'an adapter serves its port; only main puts adapters together',
  },
  main: { may: ['*'], why: 'main composes' },
};

/** The other packages of the workspace and what they may import by a relative path: their own folder, and these. */
export const PACKAGES: Readonly<Record<string, Wall>> = {
  client: { may: ['openapi'], why: 'the client is built on the OpenAPI document alone, never on the daemon' },
  cli: { may: [], why: 'the command works through @remnant/client, as any other program would' },
};

/** The rooms that may use an npm package, and why no others. A package that is not here may be used nowhere. */
export const NPM: Readonly<Record<string, Wall>> = {
  kysely: { may: ['db', 'adapters/*', 'main'], why: 'SQL is written in db, one file per noun' },
  'better-sqlite3': { may: ['db/dialects'], why: 'which database it is, only a dialect knows' },
  pg: { may: ['db/dialects'], why: 'which database it is, only a dialect knows' },
  fastify: { may: ['http', 'main'], why: 'requests and replies end at http' },
  ajv: { may: ['http', 'config'], why: 'input is checked where it enters' },
  typebox: { may: ['api', 'config', 'http'], why: 'schemas belong to declarations: operations and settings' },
  pino: { may: ['main', 'http'], why: 'the rest takes a logger from its deps' },
  'prom-client': { may: ['main', 'http'], why: 'the rest counts through its deps' },
  yaml: { may: ['config', 'policy', 'cli', 'main', 'adapters/*'], why: 'files that people write are read at the edge' },
  commander: { may: ['main', 'cli'], why: 'only a program has a command line' },
  undici: { may: ['adapters/*', 'drivers/*'], why: 'outside services are reached through adapters and drivers' },
  '@nats-io/transport-node': { may: ['adapters/*'], why: 'messages go through the bus port' },
  '@remnant/client': { may: ['cli'], why: 'the daemon does not call itself' },
};

/** Packages that tests may use on top of what their room may. */
export const TEST_NPM: readonly string[] = ['vitest', 'fast-check'];

/** Rooms that any test may import on top of what its room may: shared helpers, and the suite every driver passes. */
export const TEST_ROOMS: readonly string[] = [
  'test',
  'drivers/conformance.ts',
  'drivers/conformance',
  'adapters/system-clock',
];
