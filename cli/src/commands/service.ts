// `remnant service ...`: compute services: enabling, disabling, and marking hosts down.

import type { OsServicesUpdateBody, RemnantClient, Service } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import type { Named } from '../each.ts';
import { doEach } from '../each.ts';
import { failure } from '../exit.ts';
import { drawTable } from '../table.ts';

const HEAD = ['ID', 'Binary', 'Host', 'Zone', 'Status', 'State', 'Updated At', 'Forced Down', 'Disabled Reason'];

/** The noun. */
export function serviceCommand(): Command {
  return new Command('service')
    .description('Compute services')
    .addCommand(list())
    .addCommand(change('enable', 'Let new servers come to hosts again', () => ({ status: 'enabled' })))
    .addCommand(
      change<{ reason?: string }>('disable', 'Keep new servers away from hosts: for maintenance', ({ reason }) => ({
        status: 'disabled',
        ...(reason === undefined ? {} : { disabled_reason: reason }),
      })).option('--reason <text>', 'why'),
    )
    .addCommand(
      change<{ unset?: boolean; up?: boolean }>(
        'force-down',
        'Mark hosts as down, whatever they say of themselves: fence them first',
        ({ unset, up }) => ({ forced_down: unset !== true && up !== true }),
      )
        .option('--unset', 'believe them again')
        .option('--up', 'the same as --unset'),
    )
    .addCommand(remove());
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

/** A command that changes the services of the hosts it is given. */
function change<O extends object = object>(
  name: string,
  summary: string,
  bodyOf: (options: O) => OsServicesUpdateBody,
): Command {
  return new Command(name)
    .description(summary)
    .argument('<host...>', 'their names')
    .action(async (hosts: readonly string[], options: O, command: Command) => {
      const context = contextOf(command);
      const { client } = context;
      await doEach<Service>(context, await servicesOf(client, hosts), {
        which: (one) => ({ id: one.id, host: one.name }),
        act: async ({ id }) => (await client.osServices.update(id, bodyOf(options))).service,
        json: (service) => service,
        draw: { table: drawServices },
      });
    });
}

function remove(): Command {
  return new Command('delete')
    .description('Forget the services of hosts that are gone')
    .argument('<host...>', 'their names')
    .action(async (hosts: readonly string[], _options: object, command: Command) => {
      const context = contextOf(command);
      const { client } = context;
      await doEach<Named>(context, await servicesOf(client, hosts), {
        which: (one) => ({ id: one.id, host: one.name }),
        act: async (one) => {
          await client.osServices.delete(one.id);
          return one;
        },
        json: () => ({}),
        draw: ({ name }) => `deleted: the service of ${name}`,
      });
    });
}

/** The compute services of hosts, named by their hosts. */
function servicesOf(client: RemnantClient, hosts: readonly string[]): Promise<Named[]> {
  return Promise.all(
    hosts.map(async (host) => {
      const { services } = await client.osServices.list({ host, binary: 'nova-compute' });
      const [service] = services;
      if (service === undefined) throw failure(`there is no compute service on host "${host}"`);
      return { id: service.id, name: host };
    }),
  );
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
