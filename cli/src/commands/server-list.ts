// `remnant server list`: the table the third spec draws; a Host Status column when the reader may see one.

import type { RemnantClient, ServerDetail } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import type { Cell } from '../table.ts';
import { drawTable } from '../table.ts';

const POWER: Readonly<Record<number, string>> = {
  0: 'NOSTATE',
  1: 'RUNNING',
  3: 'PAUSED',
  4: 'SHUTDOWN',
  6: 'CRASHED',
  7: 'SUSPENDED',
};

interface Column {
  readonly head: string;
  readonly cell: (server: ServerDetail) => Cell;
}

const PLAIN: readonly Column[] = [
  { head: 'ID', cell: (s) => s.id },
  { head: 'Name', cell: (s) => s.name },
  { head: 'Status', cell: (s) => s.status },
  { head: 'Task State', cell: (s) => s['OS-EXT-STS:task_state'] },
  { head: 'Power State', cell: (s) => POWER[s['OS-EXT-STS:power_state']] ?? s['OS-EXT-STS:power_state'] },
  { head: 'Networks', cell: networks },
];
const LONG: readonly Column[] = [
  { head: 'Image', cell: (s) => (typeof s.image === 'string' ? s.image : s.image.id) },
  { head: 'Flavor', cell: (s) => s.flavor.original_name },
  { head: 'Zone', cell: (s) => s['OS-EXT-AZ:availability_zone'] },
  { head: 'Host', cell: (s) => s['OS-EXT-SRV-ATTR:host'] },
  { head: 'Created', cell: (s) => s.created },
];

interface ListOptions {
  readonly long?: boolean;
  readonly allProjects?: boolean;
  readonly status?: string;
  readonly name?: string;
}

/** The command. */
export function listServers(): Command {
  return new Command('list')
    .description('List servers')
    .option('--long', 'more columns')
    .option('--all-projects', 'of all projects (admin)')
    .option('--status <status>', 'only those with this status')
    .option('--name <pattern>', 'only those whose name matches')
    .action(async (options: ListOptions, command: Command) => {
      const context = contextOf(command);
      const servers = await allServers(context.client, options);
      const columns = columnsFor(servers, options);
      context.show(servers, () =>
        drawTable(
          columns.map((column) => column.head),
          servers.map((server) => columns.map((column) => column.cell(server))),
        ),
      );
    });
}

/** Every page, one after the other. */
async function allServers(client: RemnantClient, options: ListOptions): Promise<ServerDetail[]> {
  const query = {
    ...(options.allProjects === true ? { all_tenants: true } : {}),
    ...(options.status === undefined ? {} : { status: options.status }),
    ...(options.name === undefined ? {} : { name: options.name }),
  };
  const servers: ServerDetail[] = [];
  for (let more = true; more; ) {
    const marker = servers.at(-1)?.id;
    // oxlint-disable-next-line no-await-in-loop
    const page = await client.servers.detail(marker === undefined ? query : { ...query, marker });
    servers.push(...page.servers);
    more = page.servers_links !== undefined && page.servers.length > 0;
  }
  return servers;
}

function columnsFor(servers: readonly ServerDetail[], options: ListOptions): readonly Column[] {
  const seesHost = servers.some((server) => server.host_status !== undefined);
  return [
    ...PLAIN,
    ...(seesHost ? [{ head: 'Host Status', cell: (s: ServerDetail) => s.host_status }] : []),
    ...(options.long === true ? LONG : []),
    ...(options.allProjects === true ? [{ head: 'Project ID', cell: (s: ServerDetail) => s.tenant_id }] : []),
  ];
}

function networks(server: ServerDetail): Cell {
  return Object.entries(server.addresses)
    .map(([name, list]) => `${name}=${list.map((address) => address.addr).join(', ')}`)
    .join('; ');
}
