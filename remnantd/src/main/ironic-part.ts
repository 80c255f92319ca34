// The Ironic of a host, out of its configuration: how Remnant signs in there, and what it trusts.

import type { AgentConfig } from '../config/agent-sections.ts';
import type { IronicConfig } from '../config/ironic.ts';
import type { IronicOptions } from '../drivers/ironic/driver.ts';
import { basicAuth, type IronicAuth, noAuth, tokenAuth } from '../drivers/ironic/ironic-auth.ts';
import { readPasswordFile } from '../lib/password-file.ts';
import type { Clock } from '../ports/clock.ts';
import { checkPassword } from './keystone-part.ts';
import { loadCa } from './pem-files.ts';
import { serviceToken } from './service-token.ts';
import { StartError } from './start-error.ts';

/** The settings of a driver, and what ends what was opened for them. */
export interface OpenIronic {
  readonly options: IronicOptions;
  readonly close: () => void;
}

/** Those of a host with the driver ironic. Throws StartError when a file that it names cannot be used. */
export function ironicOf(host: AgentConfig['hosts'][number], clock: Clock): OpenIronic {
  const { name, ironic } = host;
  if (ironic === null) throw new StartError(`hosts: "${name}" has the driver ironic, and no ironic`);
  checkIronicPasswords(host);
  const ca = ironicCa(host);
  const { auth, close } = authOf(ironic, clock, ca);
  const options: IronicOptions = {
    host: name,
    url: ironic.url,
    auth,
    ca,
    conductorGroup: ironic.conductor_group,
    adopt: ironic.adopt,
    pollMs: ironic.poll * 1000,
    timeoutMs: ironic.timeout * 1000,
    nmiMs: ironic.nmi_timeout * 1000,
    after: (ms, run) => clock.after(ms, run),
    mono: () => clock.mono(),
    now: () => clock.wall(),
  };
  return { options, close };
}

/** Throws StartError where a password for the Ironic of a host cannot be read: every sign-in would stumble over that. */
export function checkIronicPasswords({ name, ironic }: AgentConfig['hosts'][number]): void {
  for (const how of ['http_basic', 'keystone'] as const) {
    const signIn = ironic?.[how] ?? null;
    if (signIn !== null) checkPassword(`hosts: "${name}": ironic.${how}`, signIn);
  }
}

/** The authorities to trust for the Ironic of a host. Throws StartError. */
export function ironicCa({ name, ironic }: AgentConfig['hosts'][number]): Buffer | null {
  return loadCa(`hosts: "${name}": ironic.ca_file`, ironic?.ca_file ?? null);
}

function authOf(
  { http_basic: basic, keystone, timeout }: IronicConfig,
  clock: Clock,
  ca: Buffer | null,
): { readonly auth: IronicAuth; readonly close: () => void } {
  if (keystone !== null) {
    const token = serviceToken(keystone, clock, timeout * 1000, ca);
    return { auth: tokenAuth(token), close: () => token.close() };
  }
  if (basic === null) return { auth: noAuth(), close: () => {} };
  return { auth: basicAuth(basic.user, () => readPasswordFile(basic.password_file)), close: () => {} };
}
