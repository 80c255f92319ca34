// The errors of the Ironic for tests, in the words and the shapes of the real one (test/golden/ironic). What was not recorded
// says so.

import type { FakeNode } from './fake-ironic-node.ts';

/** An error that an answer is made of. */
export class FakeError extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: unknown) {
    super(`answers ${status}`);
    this.status = status;
    this.body = JSON.stringify(body);
  }
}

/** What Ironic thought about and refused. */
export function ironicError(status: number, faultstring: string): FakeError {
  const inner = { faultcode: status < 500 ? 'Client' : 'Server', faultstring, debuginfo: null };
  return new FakeError(status, { error_message: pythonJson(inner) });
}

/** What Ironic's web server refused. */
export function webServerError(code: number, title: string, description = ''): FakeError {
  return new FakeError(code, { error_message: pythonJson({ code, title, description }) });
}

/** What http_basic refused. */
export function basicError(message: string): FakeError {
  return new FakeError(401, { error: { message, code: 401 } });
}

/** JSON as Python writes it, with blanks behind colons and commas. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  return `{${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}: ${pythonJson(one)}`)
    .join(', ')}}`;
}

/** Nobody of that name. */
export const noNode = (ident: string): FakeError => ironicError(404, `Node ${ident} could not be found.`);

/** An exclusive lock is held. */
export const locked = ({ uuid, reservation }: FakeNode): FakeError =>
  ironicError(
    409,
    `Node ${uuid} is locked by host ${reservation}, please retry after the current operation is completed.`,
  );

/** What a node's driver cannot do. */
export const unsupported = (driver: string, what: string): FakeError =>
  ironicError(400, `Driver ${driver} does not support ${what} (disabled or not implemented).`);

/** A state that something does not go with. */
export const notInState = (target: string, ident: string, state: string | null): FakeError =>
  ironicError(
    400,
    `The requested action "${target}" can not be performed on node "${ident}" while it is in state "${state}".`,
  );

/** The one thing Ironic says when ipmitool failed, whatever at. */
export const ipmiFailed = (command: string): FakeError => ironicError(500, `IPMI call failed: ${command}.`);

/** A conductor that died a moment ago: the API still sends requests to it. */
export const conductorGone = (): FakeError =>
  ironicError(500, `Unable to establish connection to http://localhost:8090: ${refusedAt('localhost', 8090, '/')}`);

/** A conductor that was not heard of for a minute. */
export const noConductor = (): FakeError => ironicError(503, 'Resource temporarily unavailable, please retry.');

/** What Ironic's Redfish driver says of a BMC that does not do as it is asked. */
export function redfishFailed(node: FakeNode): FakeError {
  const address = String(node.driverInfo['redfish_address']);
  const { hostname, port } = new URL(address);
  switch (node.bmc) {
    case 'unreachable': {
      const url = '/redfish/v1/';
      const why = `Unable to connect to ${address}${url}. Error: ${refusedAt(hostname, Number(port), url)}`;
      return ironicError(500, `Redfish connection failed for node ${node.uuid}: ${why}`);
    }
    case 'wrong-password':
      return ironicError(
        500,
        `Redfish exception occurred. Error: HTTP GET ${address}${String(node.driverInfo['redfish_system_id'])} returned code 401. Base.1.0.NoValidSession: no valid session Extended information: [{'@odata.type': '#Message.v1_0_0.Message', 'MessageId': 'Base.1.0.NoValidSession', 'Message': 'no valid session'}]`,
      );
    case 'refuses-diag':
      return ironicError(
        500,
        `Redfish exception occurred. Error: Redfish inject NMI failed for node ${node.uuid}. Error: The parameter "value" value "ResetType.NMI" is invalid. Valid values are: {<ResetType.ON: 'On'>, <ResetType.PUSH_POWER_BUTTON: 'PushPowerButton'>, <ResetType.FORCE_RESTART: 'ForceRestart'>, <ResetType.GRACEFUL_SHUTDOWN: 'GracefulShutdown'>, <ResetType.FORCE_OFF: 'ForceOff'>, <ResetType.GRACEFUL_RESTART: 'GracefulRestart'>}`,
      );
    case 'works':
    case 'fails':
      // Not recorded.
      return ironicError(
        500,
        `Redfish exception occurred. Error: Redfish inject NMI failed for node ${node.uuid}. Error: HTTP POST ${address}${String(node.driverInfo['redfish_system_id'])}/Actions/ComputerSystem.Reset returned code 500.`,
      );
  }
}

function refusedAt(host: string, port: number, url: string): string {
  return `HTTPConnectionPool(host='${host}', port=${port}): Max retries exceeded with url: ${url} (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f13d27fb610>: Failed to establish a new connection: [Errno 111] ECONNREFUSED'))`;
}
