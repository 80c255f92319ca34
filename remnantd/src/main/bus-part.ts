// The bus of a process, as its configuration has it: NATS, or one inside this process. What speaks NATS is loaded where it is used.

import { memoryBus } from '../adapters/memory-bus.ts';
import type { BusUser } from '../adapters/nats-bus/bus-users.ts';
import { inboxOf } from '../adapters/nats-bus/bus-users.ts';
import type { BusConfig } from '../config/bus.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import { StartError } from './start-error.ts';

/**
 * The bus of `user`. A NATS that is away is none: it is tried until it is there, and `connection()` says so. Throws StartError when
 * a file that the configuration names cannot be used.
 */
export async function openBus(
  config: BusConfig,
  user: BusUser,
  clock: Clock,
  onError: (what: string, error: unknown) => void,
): Promise<Bus> {
  const { url, prefix } = config;
  if (url === null) return memoryBus(clock, onError);
  await checkBusFiles(config);
  const { readAccess } = await import('../adapters/nats-bus/access-files.ts');
  const { natsBus } = await import('../adapters/nats-bus/nats-bus.ts');
  return natsBus({
    servers: url.split(','),
    prefix,
    inbox: inboxOf(user),
    name: user.kind === 'api' ? 'remnantd' : `remnantd agent of ${user.host}`,
    access: () => readAccess(config),
    clock,
    onError,
  });
}

/** Throws StartError when a file that the section names cannot be used. */
export async function checkBusFiles(config: BusConfig): Promise<void> {
  const { readAccess } = await import('../adapters/nats-bus/access-files.ts');
  try {
    readAccess(config);
  } catch (error) {
    // It names the key already.
    throw new StartError((error as Error).message, { cause: error });
  }
}
