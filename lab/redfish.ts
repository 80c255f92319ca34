// A BMC that speaks Redfish in front of one QEMU machine: a double of the parts that power and an NMI need, with sessions and Basic
// authentication. Power on starts QEMU, off ends it, Nmi is QMP's inject-nmi. Who may sign in is read anew each time, so that a password can
// be changed; sessions of the old one are over. It says on stdout what it did, one JSON line each.
//
// usage: bmc.sh starts it, with what bmc.py takes, too

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

const { values: given, positionals: machine } = parseArgs({
  allowPositionals: true,
  options: {
    address: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    user: { type: 'string', default: 'admin' },
    password: { type: 'string', default: '' },
    qmp: { type: 'string', default: '' },
    serial: { type: 'string', default: '' },
    on: { type: 'boolean', default: false },
    'no-nmi': { type: 'boolean', default: false },
  },
});

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const ROOT = '/redfish/v1';
const SYSTEM = `${ROOT}/Systems/1`;
const SESSIONS = `${ROOT}/SessionService/Sessions`;
const say = (what: object) => console.log(JSON.stringify({ time: new Date().toISOString(), ...what }));
const password = () => readFileSync(given.password, 'utf8').trim();

/** Sessions by token, with the password that they were made with. */
const sessions = new Map<string, { readonly id: string; readonly password: string }>();
let qemu: ChildProcess | null = null;

const isOn = () => qemu !== null && qemu.exitCode === null && qemu.signalCode === null;

async function powerOn(): Promise<void> {
  if (isOn()) return;
  const [program = '', ...words] = machine;
  qemu = spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  await once(qemu, 'spawn');
  say({ action: 'power_on', pid: qemu.pid });
}

async function powerOff(): Promise<void> {
  if (qemu === null || !isOn()) return;
  const ended = once(qemu, 'exit');
  qemu.kill('SIGKILL');
  await ended;
  say({ action: 'power_off' });
}

/** One command to QEMU. */
async function qmp(command: string): Promise<void> {
  const link = connect(given.qmp);
  link.setTimeout(5000, () => link.destroy(new Error('QEMU does not answer')));
  const commands = ['qmp_capabilities', command];
  try {
    for await (const line of createInterface({ input: link })) {
      const told = JSON.parse(line) as { readonly event?: string; readonly error?: { readonly desc: string } };
      if (told.error !== undefined) throw new Error(told.error.desc);
      // What happens in the machine meanwhile is told in between.
      if (told.event !== undefined) continue;
      const next = commands.shift();
      if (next === undefined) return say({ action: command });
      link.write(`${JSON.stringify({ execute: next })}\n`);
    }
    throw new Error('QEMU hung up');
  } finally {
    link.destroy();
  }
}

const resets: Readonly<Record<string, () => Promise<void>>> = {
  On: powerOn,
  ForceOff: powerOff,
  ForceRestart: () => qmp('system_reset'),
  GracefulRestart: () => qmp('system_reset'),
  GracefulShutdown: () => qmp('system_powerdown'),
  PushPowerButton: () => (isOn() ? qmp('system_powerdown') : powerOn()),
  ...(given['no-nmi'] ? {} : { Nmi: () => qmp('inject-nmi') }),
};
const FROM_OFF = ['On', 'PushPowerButton', 'ForceOff'];

function fault(status: number, code: string, message: string): Answer {
  const info = { '@odata.type': '#Message.v1_0_0.Message', MessageId: `Base.1.0.${code}`, Message: message };
  return { status, body: { error: { code: `Base.1.0.${code}`, message, '@Message.ExtendedInfo': [info] } } };
}

function collection(path: string, type: string, members: readonly string[]): object {
  const Members = members.map((member) => ({ '@odata.id': member }));
  return {
    '@odata.id': path,
    '@odata.type': `#${type}.${type}`,
    Name: type,
    'Members@odata.count': Members.length,
    Members,
  };
}

const system = () => ({
  '@odata.id': SYSTEM,
  '@odata.type': '#ComputerSystem.v1_10_0.ComputerSystem',
  Id: '1',
  Name: 'System 1',
  SystemType: 'Virtual',
  UUID: '00000000-0000-0000-0000-000000000002',
  Manufacturer: 'QEMU',
  PowerState: isOn() ? 'On' : 'Off',
  Status: { State: 'Enabled', Health: 'OK' },
  Boot: {
    BootSourceOverrideEnabled: 'Disabled',
    BootSourceOverrideTarget: 'None',
    'BootSourceOverrideTarget@Redfish.AllowableValues': ['None', 'Pxe', 'Hdd', 'Cd', 'BiosSetup'],
  },
  Actions: {
    '#ComputerSystem.Reset': {
      target: `${SYSTEM}/Actions/ComputerSystem.Reset`,
      'ResetType@Redfish.AllowableValues': Object.keys(resets),
    },
  },
});

const open: Readonly<Record<string, object>> = {
  '/redfish': { v1: `${ROOT}/` },
  [ROOT]: {
    '@odata.id': ROOT,
    '@odata.type': '#ServiceRoot.v1_5_0.ServiceRoot',
    Id: 'RootService',
    Name: 'Root Service',
    RedfishVersion: '1.6.0',
    UUID: '00000000-0000-0000-0000-000000000001',
    Systems: { '@odata.id': `${ROOT}/Systems` },
    SessionService: { '@odata.id': `${ROOT}/SessionService` },
    Links: { Sessions: { '@odata.id': SESSIONS } },
  },
  [`${ROOT}/SessionService`]: {
    '@odata.id': `${ROOT}/SessionService`,
    '@odata.type': '#SessionService.v1_1_0.SessionService',
    Id: 'SessionService',
    Name: 'Session Service',
    ServiceEnabled: true,
    SessionTimeout: 1800,
    Sessions: { '@odata.id': SESSIONS },
  },
};
const guarded: Readonly<Record<string, () => object>> = {
  [`${ROOT}/Systems`]: () => collection(`${ROOT}/Systems`, 'ComputerSystemCollection', [SYSTEM]),
  [SYSTEM]: system,
  [SESSIONS]: () =>
    collection(
      SESSIONS,
      'SessionCollection',
      [...sessions.values()].map(({ id }) => `${SESSIONS}/${id}`),
    ),
};

function signIn(body: Readonly<Record<string, unknown>>): Answer {
  if (body['UserName'] !== given.user || body['Password'] !== password()) {
    return fault(401, 'InsufficientPrivilege', 'wrong credentials');
  }
  const [token, id] = [randomUUID(), randomUUID()];
  sessions.set(token, { id, password: password() });
  const at = `${SESSIONS}/${id}`;
  const made = { '@odata.id': at, '@odata.type': '#Session.v1_0_0.Session', Id: id, Name: 'Session' };
  return { status: 201, body: { ...made, UserName: given.user }, headers: { 'X-Auth-Token': token, Location: at } };
}

async function reset(body: Readonly<Record<string, unknown>>): Promise<Answer> {
  const type = body['ResetType'];
  if (typeof type !== 'string') return fault(400, 'ActionParameterMissing', 'ResetType is missing');
  const act = resets[type];
  if (act === undefined) return fault(400, 'ActionParameterNotSupported', `ResetType ${type} is not supported`);
  if (!isOn() && !FROM_OFF.includes(type)) return fault(409, 'ResourceInUse', 'the system is powered off');
  try {
    await act();
    return { status: 204 };
  } catch (error) {
    return fault(500, 'InternalError', String(error));
  }
}

function isSignedIn({ headers }: IncomingMessage): boolean {
  const token = headers['x-auth-token'];
  if (typeof token === 'string' && sessions.get(token)?.password === password()) return true;
  return headers.authorization === `Basic ${Buffer.from(`${given.user}:${password()}`).toString('base64')}`;
}

async function answer(
  request: IncomingMessage,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const what = `${request.method} ${path}`;
  if (what === `POST ${SESSIONS}`) return signIn(body);
  const shown = open[path];
  if (request.method === 'GET' && shown !== undefined) return { status: 200, body: shown };
  if (!isSignedIn(request)) {
    return {
      ...fault(401, 'NoValidSession', 'no valid session'),
      headers: { 'WWW-Authenticate': 'Basic realm="BMC"' },
    };
  }
  if (request.method === 'DELETE' && path.startsWith(`${SESSIONS}/`)) {
    for (const [token, { id }] of sessions) if (path.endsWith(id)) sessions.delete(token);
    return { status: 204 };
  }
  if (what === `POST ${SYSTEM}/Actions/ComputerSystem.Reset`) return reset(body);
  if (what === `PATCH ${SYSTEM}`) return { status: 204 };
  const show = guarded[path];
  if (request.method === 'GET' && show !== undefined) return { status: 200, body: show() };
  return show === undefined
    ? fault(404, 'ResourceMissingAtURI', path)
    : fault(405, 'OperationNotAllowed', 'not allowed');
}

const server = createServer((request, response) => {
  const serve = async () => {
    const path = (request.url ?? '').replace(/\?.*/, '').replace(/(.)\/$/, '$1');
    const hasBody = Number(request.headers['content-length'] ?? 0) > 0;
    const body = hasBody ? ((await json(request)) as Readonly<Record<string, unknown>>) : {};
    const { status, body: text, headers = {} } = await answer(request, path, body);
    say({ action: request.method, path, ...(body['ResetType'] === undefined ? {} : { body }), status });
    const type = text === undefined ? {} : { 'Content-Type': 'application/json' };
    response.writeHead(status, { 'OData-Version': '4.0', ...type, ...headers });
    response.end(text === undefined ? undefined : JSON.stringify(text));
  };
  serve().catch((error: unknown) => {
    say({ action: 'failed', error: String(error) });
    response.writeHead(400).end();
  });
});

process.once('SIGTERM', () => void powerOff().then(() => process.exit(0)));
if (given.on) await powerOn();
server.listen(Number(given.port), given.address, () => say({ action: 'listening', port: given.port }));
