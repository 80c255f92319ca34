// `remnant host ...`: how the hosts are, what that stands on, and what became of them. For administrators.

import type { HostsListQuery } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { drawHost, drawHosts } from '../draw-host.ts';
import { collect } from '../options.ts';
import { transitionsCommand } from './host-transitions.ts';

/** The noun. */
export function hostCommand(): Command {
  return new Command('host')
    .description('Hosts')
    .addCommand(list())
    .addCommand(show())
    .addCommand(transitionsCommand());
}

function list(): Command {
  return new Command('list')
    .description('List hosts with their health (admin)')
    .option('--status <status>', 'only those that are UP, DOWN, MAINTENANCE or UNKNOWN; repeatable', collect)
    .action(async ({ status }: { status?: readonly string[] }, command: Command) => {
      const { client, show: print } = contextOf(command);
      const query: HostsListQuery = status === undefined ? {} : { status: status.map((one) => one.toUpperCase()) };
      const { hosts } = await client.hosts.list(query);
      print(hosts, () => drawHosts(hosts));
    });
}

function show(): Command {
  return new Command('show')
    .description('Show how a host is, and why (admin)')
    .argument('<host>', 'its name')
    .action(async (name: string, _options: object, command: Command) => {
      const { client, show: print } = contextOf(command);
      const { host } = await client.hosts.show(name);
      print(host, () => drawHost(host));
    });
}
