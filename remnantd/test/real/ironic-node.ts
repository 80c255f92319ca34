// A machine that a real Ironic has: a BMC with a guest behind it, by IPMI or Redfish, or Ironic's own fake hardware. It is enrolled
// as Nova leaves a node with an instance on it, and a test does to it what may befall one. What its console says and how often its BMC was
// asked for an NMI is read from the machine itself, never from Ironic.

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../harness/wait-for.ts';

/** Emulated guests on a busy machine take their time; so does an Ironic. */
const PATIENCE_MS = 120_000;
const OFTEN_MS = 100;

/** What a machine is to be. */
export interface NodeOptions {
  /** `ipmi` unless told otherwise. */
  readonly driver?: 'ipmi' | 'redfish' | 'fake-hardware';
  /** On an NMI `plain` (unless told otherwise) panics, `kdump` starts its crash kernel. */
  readonly guest?: 'plain' | 'kdump';
  /** The guest's `kd.*` options. */
  readonly options?: string;
  /** False for one that has no `instance_uuid`. */
  readonly instance?: boolean;
  /** The server's name in Nova; the node's name unless told otherwise. */
  readonly displayName?: string;
  /** False for one whose power is off; else Ironic has put it on. */
  readonly on?: boolean;
  /** Its BMC takes no NMI. */
  readonly noNmi?: boolean;
  /** Ironic gives its console as a TCP socket; IPMI's alone. */
  readonly console?: boolean;
  /** More that the node has: `extra`, `properties`, ... */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Where a machine is, and what it is called in Ironic. */
export interface NodePlace {
  readonly folder: string;
  readonly guests: string;
  /** Of its BMC; Ironic spaces the IPMI commands of one address. */
  readonly address: string;
  readonly name: string;
}

/** What a machine needs of its Ironic. */
export interface NodeDeps {
  script(env: Readonly<Record<string, string>>, name: string, ...args: string[]): Promise<string>;
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
}

/** A node as Ironic's API shows it, as far as tests look at it. */
export interface NodeShown {
  readonly uuid: string;
  readonly power_state: string | null;
  readonly target_power_state: string | null;
  readonly provision_state: string;
  readonly reservation: string | null;
  readonly last_error: string | null;
  readonly maintenance: boolean;
  readonly console_enabled: boolean;
}

/** A machine. */
export class IronicNode {
  readonly name: string;
  readonly instance: string | null;
  readonly displayName: string;
  readonly driver: 'ipmi' | 'redfish' | 'fake-hardware';
  readonly #deps: NodeDeps;
  readonly #place: NodePlace;
  readonly #options: NodeOptions;
  /** Ironic's own id of it. */
  uuid = '';
  /** Where its BMC is: `address:port`, or a URL. */
  bmc = '';

  constructor(deps: NodeDeps, place: NodePlace, options: NodeOptions) {
    this.#deps = deps;
    this.#place = place;
    this.#options = options;
    this.name = place.name;
    this.driver = options.driver ?? 'ipmi';
    this.displayName = options.displayName ?? place.name;
    this.instance = options.instance === false ? null : randomUUID();
  }

  /** Starts its BMC, enrols and adopts it, says which instance is on it, and puts it on; once. */
  async enrol(): Promise<void> {
    if (this.driver !== 'fake-hardware') {
      await mkdir(this.#place.folder, { recursive: true });
      await this.startBmc();
    }
    const made = (await this.#deps.ask('POST', '/nodes', {
      name: this.name,
      driver: this.driver,
      resource_class: 'baremetal',
      properties: { cpus: 1, memory_mb: this.#options.guest === 'kdump' ? 512 : 256, local_gb: 1, cpu_arch: 'x86_64' },
      driver_info: await this.#driverInfo(),
      ...(this.#options.console === true ? { console_interface: 'ipmitool-socat' } : {}),
      ...this.#options.more,
    })) as NodeShown;
    this.uuid = made.uuid;
    await this.provision('manage', 'manageable');
    await this.provision('adopt', 'active');
    const told = { path: '/instance_info/display_name', value: this.displayName };
    const instance = { path: '/instance_uuid', value: this.instance };
    const changes = this.instance === null ? [] : [instance, told];
    if (changes.length > 0) {
      await this.#ask(
        'PATCH',
        '',
        changes.map((change) => ({ op: 'add', ...change })),
      );
    }
    if (this.#options.on !== false) await this.power('power on');
    if (this.#options.console === true) await this.openConsole();
  }

  /** Asks for a provision state and waits until it is there. */
  async provision(target: string, state: string): Promise<void> {
    await this.#ask('PUT', '/states/provision', { target });
    await this.#until(`${this.name} to be ${state}`, (shown) => shown.provision_state === state);
  }

  /** Asks Ironic for `power on`, `power off`, ... and waits until it has happened. */
  async power(target: string): Promise<void> {
    const ends = target.endsWith('off') ? 'power off' : 'power on';
    await this.#ask('PUT', '/states/power', { target });
    const done = (shown: NodeShown) => shown.power_state === ends && shown.target_power_state === null;
    await this.#until(`${this.name}: ${target}`, done);
  }

  /** What Ironic says of it. */
  async show(): Promise<NodeShown> {
    return (await this.#ask('GET', '')) as NodeShown;
  }

  /** All that its serial console has said. */
  serialLog(): Promise<string> {
    return readFile(join(this.#place.folder, 'console.log'), 'latin1');
  }

  /** Waits until its console has said `text`, that often. */
  async says(text: string, times = 1): Promise<void> {
    const said = async () => (await this.serialLog()).split(text).length > times;
    await waitFor(`the console of ${this.name} to say "${text}"`, said, PATIENCE_MS, OFTEN_MS);
  }

  /** Waits until its guest would crash on an NMI, for the `boots`th time. */
  ready(boots = 1): Promise<void> {
    return this.says('GUEST-READY', boots);
  }

  /** How many NMIs its BMC gave the machine, since that BMC was started. */
  nmis(): Promise<number> {
    return this.bmcSaid('inject-nmi');
  }

  /** How often its BMC said that it did `what`, since that BMC was started. */
  async bmcSaid(what: string): Promise<number> {
    const lines = (await readFile(join(this.#place.folder, 'bmc.log'), 'utf8')).split('\n');
    const said = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as { action?: string });
    return said.filter(({ action }) => action === what).length;
  }

  /** Its power goes off at the BMC; Ironic is not told. */
  async powerOffBehindIronicsBack(): Promise<void> {
    if (this.driver === 'ipmi') {
      const [host = '', port = ''] = this.bmc.split(':');
      const where = ['-I', 'lanplus', '-C', '3', '-H', host, '-p', port, '-U', 'admin', '-f', this.#passwordFile];
      await promisify(execFile)('ipmitool', [...where, 'chassis', 'power', 'off']);
    } else {
      await this.#redfish('ForceOff');
    }
  }

  /** Its BMC is off the network: no packet is answered (by Redfish, what was sent is taken and not answered). The machine goes on. */
  async silenceBmc(): Promise<void> {
    await this.#deps.script({}, 'bmc.sh', 'silence', this.#place.folder);
  }

  /** It is back. */
  async wakeBmc(): Promise<void> {
    await this.#deps.script({}, 'bmc.sh', 'wake', this.#place.folder);
  }

  /** Ends its BMC and the machine. */
  async stopBmc(): Promise<void> {
    if (this.driver !== 'fake-hardware') await this.#deps.script({}, 'bmc.sh', 'stop', this.#place.folder);
  }

  /** Starts the BMC where it was; the machine is off. */
  async startBmc(): Promise<void> {
    const { folder, guests, address } = this.#place;
    const { guest = 'plain', options = '', noNmi = false } = this.#options;
    const env = { PROTOCOL: this.driver, ADDRESS: address, ...(noNmi ? { BMC_NO_NMI: '1' } : {}) };
    const more = options === '' ? [] : [options];
    this.bmc = await this.#deps.script(env, 'bmc.sh', 'start', folder, guests, guest, ...more);
  }

  /** Gives the BMC another password, of which Ironic is not told. */
  async setBmcPassword(password: string): Promise<void> {
    await writeFile(this.#passwordFile, password);
  }

  /** Tells Ironic another password of its BMC. */
  async tellIronicPassword(password: string): Promise<void> {
    await this.#ask('PATCH', '', [{ op: 'replace', path: `/driver_info/${this.driver}_password`, value: password }]);
  }

  /**
   * Has Ironic lock it, for as long as its BMC is silent and Ironic is patient (IPMI: `ipmiRetry`; Redfish: for ever): Ironic waits for the
   * BMC, to put on what is on. It is locked when this returns.
   */
  async lock(): Promise<void> {
    await this.silenceBmc();
    await this.#ask('PUT', '/states/power', { target: 'power on' });
    await this.#until(`${this.name} to be locked`, (shown) => shown.reservation !== null);
  }

  /** Its BMC answers again, and Ironic lets go of it. */
  async unlock(): Promise<void> {
    await this.wakeBmc();
    await this.#until(`${this.name} to be free`, (shown) => shown.reservation === null);
  }

  /** Has Ironic give its console, as at first, or anew. */
  async openConsole(): Promise<void> {
    await this.#ask('PUT', '/states/console', { enabled: true });
    await this.#until(`the console of ${this.name}`, (shown) => shown.console_enabled);
  }

  /** Where Ironic gives its console: `tcp://127.0.0.1:port`. For one reader: when that leaves, nobody listens there any more. */
  async consoleUrl(): Promise<string> {
    const told = (await this.#ask('GET', '/states/console')) as { console_info: { url: string } | null };
    if (told.console_info === null) throw new Error(`${this.name} has no console`);
    return told.console_info.url;
  }

  get #passwordFile(): string {
    return join(this.#place.folder, 'password');
  }

  async #driverInfo(): Promise<Record<string, string>> {
    if (this.driver === 'fake-hardware') return {};
    const password = await readFile(this.#passwordFile, 'utf8');
    const [host = '', port = ''] = this.bmc.split(':');
    if (this.driver === 'ipmi') {
      return { ipmi_address: host, ipmi_port: port, ipmi_username: 'admin', ipmi_password: password };
    }
    return {
      redfish_address: this.bmc,
      redfish_system_id: '/redfish/v1/Systems/1',
      redfish_username: 'admin',
      redfish_password: password,
    };
  }

  async #redfish(ResetType: string): Promise<void> {
    const password = await readFile(this.#passwordFile, 'utf8');
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const url = `${this.bmc}/redfish/v1/Systems/1/Actions/ComputerSystem.Reset`;
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ ResetType }) });
    if (!answer.ok) throw new Error(`${ResetType}: ${answer.status} ${await answer.text()}`);
  }

  #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    return this.#deps.ask(method, `/nodes/${this.uuid}${path}`, body);
  }

  async #until(what: string, check: (shown: NodeShown) => boolean): Promise<void> {
    await waitFor(what, async () => check(await this.show()), PATIENCE_MS, OFTEN_MS);
  }
}
