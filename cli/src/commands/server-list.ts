// `remnant server list`: the table the third spec draws; a Host Status column when the reader may see one.

import type { RemnantClient, ServerDetail, ServersDetailQuery } from '@remnant/client';
import { entries } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { collect, countOf } from '../options.ts';
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
  readonly hostStatus?: readonly string[];
  readonly limit?: number;
  readonly sort?: string;
  readonly [filter: string]: unknown;
}

/** Options that are one parameter of the API each. */
const FILTERS: readonly (readonly [option: string, parameter: keyof ServersDetailQuery, text: string])[] = [
  ['status <status>', 'status', 'only those with this status'],
  ['name <pattern>', 'name', 'only those whose name matches'],
  ['ip <pattern>', 'ip', 'only those with such an address'],
  ['host <host>', 'host', 'only those on this host (admin)'],
  ['project <id>', 'project_id', 'only those of this project; implies --all-projects (admin)'],
  ['changes-since <time>', 'changes-since', 'only those changed since, deleted ones too'],
  ['marker <id>', 'marker', 'only those behind this one'],
];

/** The command. */
export function listServers(): Command {
  const command = new Command('list')
    .description('List servers')
    .option('--long', 'more columns')
    .option('--all-projects', 'of all projects (admin)')
    .option('--host-status <status>', 'only those whose host is UP, DOWN, MAINTENANCE or UNKNOWN; repeatable', collect)
    .option('--limit <n>', 'at most so many; all without', countOf)
    .option('--sort <key[:dir]>', 'by this key, asc or desc; the newest first without');
  for (const [option, , text] of FILTERS) command.option(`--${option}`, text);
  return command.action(async (options: ListOptions, own: Command) => {
    const context = contextOf(own);
    const servers = await someServers(context.client, options);
    const columns = columnsFor(servers, options);
    context.show(servers, () =>
      drawTable(
        columns.map((column) => column.head),
        servers.map((server) => columns.map((column) => column.cell(server))),
      ),
    );
  });
}

/** Page after page, until there are enough. */
async function someServers(client: RemnantClient, options: ListOptions): Promise<ServerDetail[]> {
  const most = options.limit ?? Number.POSITIVE_INFINITY;
  const query = queryOf(options);
  const all =
    options.hostStatus === undefined
      ? entries(client.servers.detail, query, (page) => page.servers)
      : entries(
          client.remnantServers.list,
          { ...query, host_status: options.hostStatus.map((status) => status.toUpperCase()) },
          (page) => page.servers,
        );
  const servers: ServerDetail[] = [];
  for await (const server of all) {
    servers.push(server);
    if (servers.length >= most) break;
  }
  return servers;
}

function queryOf(options: ListOptions): ServersDetailQuery {
  const filters = FILTERS.flatMap(([option, parameter]) => {
    const name = option.split(' ')[0]?.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()) ?? '';
    const value = options[name];
    return typeof value === 'string' ? [[parameter, value] as const] : [];
  });
  const [key, dir] = options.sort?.split(':') ?? [];
  return {
    ...Object.fromEntries(filters),
    ...(options.allProjects === true || options['project'] !== undefined ? { all_tenants: true } : {}),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(key === undefined ? {} : { sort_key: key, sort_dir: dir ?? 'asc' }),
  };
}

function columnsFor(servers: readonly ServerDetail[], options: ListOptions): readonly Column[] {
  const seesHost = servers.some((server) => server.host_status !== undefined);
  const ofAll = options.allProjects === true || options['project'] !== undefined;
  return [
    ...PLAIN,
    ...(seesHost ? [{ head: 'Host Status', cell: (s: ServerDetail) => s.host_status }] : []),
    ...(options.long === true ? LONG : []),
    ...(ofAll ? [{ head: 'Project ID', cell: (s: ServerDetail) => s.tenant_id }] : []),
  ];
}

function networks(server: ServerDetail): Cell {
  return Object.entries(server.addresses)
    .map(([name, list]) => `${name}=${list.map((address) => address.addr).join(', ')}`)
    .join('; ');
}
