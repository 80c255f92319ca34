// `remnant service ...`: compute services, and marking a host down.

import type { RemnantClient, Service } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { failure } from '../exit.ts';
import { drawTable } from '../table.ts';

const HEAD = ['ID', 'Binary', 'Host', 'Zone', 'Status', 'State', 'Updated At', 'Forced Down', 'Disabled Reason'];

/** The noun. */
export function serviceCommand(): Command {
  return new Command('service').description('Compute services').addCommand(list()).addCommand(forceDown());
}

function list(): Command {
  return new Command('list')
    .description('List compute services')
    .option('--host <host>', 'of this host only')
    .action(async (options: { host?: string }, command: Command) => {
      const { client, show } = contextOf(command);
      const { services } = await client.osServices.list(options);
      show(services, () => drawServices(services));
    });
}

function forceDown(): Command {
  return new Command('force-down')
    .description('Mark a host as down, whatever it says of itself')
    .argument('<host>', 'its name')
    .option('--unset', 'believe it again')
    .action(async (host: string, options: { unset?: boolean }, command: Command) => {
      const { client, show } = contextOf(command);
      const { id } = await serviceOf(client, host);
      const { service } = await client.osServices.update(id, { forced_down: options.unset !== true });
      show(service, () => drawServices([service]));
    });
}

async function serviceOf(client: RemnantClient, host: string): Promise<Service> {
  const { services } = await client.osServices.list({ host, binary: 'nova-compute' });
  const [service] = services;
  if (service === undefined) throw failure(`there is no compute service on host "${host}"`);
  return service;
}

function drawServices(services: readonly Service[]): string {
  const rows = services.map((s) => [
    s.id,
    s.binary,
    s.host,
    s.zone,
    s.status,
    s.state,
    s.updated_at,
    s.forced_down,
    s.disabled_reason,
  ]);
  return drawTable(HEAD, rows);
}
