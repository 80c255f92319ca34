// Hosts for people: a line each in a list, and one by itself, with its nodes where it has such.

import type { Host, ListedHost } from '@remnant/client';
import { drawFields, drawTable } from './table.ts';

const HEAD = [
  'Host',
  'Status',
  'State',
  'Cause',
  'Since',
  'Servers',
  'Driver',
  'Connection',
  'Last Beat',
  'Disabled Reason',
];

const NODE_HEAD = ['Node', 'Name', 'Power State', 'Provision State', 'Maintenance', 'Last Error', 'Server'];

/** What is told of hosts where it is so of any. */
const SOME = [
  {
    head: 'Nodes In Maintenance',
    is: ({ node_counts: nodes }: ListedHost) => nodes !== null && nodes.in_maintenance > 0,
    cell: inMaintenance,
  },
  {
    head: 'Disk Problem',
    is: ({ disks }: ListedHost) => disks !== null && !disks.usable,
    cell: ({ disks }: ListedHost) => disks?.problem ?? null,
  },
] as const;

/** A list of hosts; with how many of their nodes are in maintenance, and why no disks can be made, where that is so. */
export function drawHosts(hosts: readonly ListedHost[]): string {
  const some = SOME.filter(({ is }) => hosts.some(is));
  const rows = hosts.map((host) => [...cells(host), ...some.map(({ cell }) => cell(host))]);
  return drawTable([...HEAD, ...some.map(({ head }) => head)], rows);
}

/** One host. */
export function drawHost(host: Host): string {
  const last = host.last_transition;
  const fields = drawFields([
    ['Host', host.name],
    ['Status', host.status],
    ['State', host.state],
    ['Cause', host.cause],
    ['Since', host.since],
    ['Detail', host.detail],
    ['Last Beat', host.last_beat_at],
    ['Servers', host.servers],
    ['Driver', host.driver],
    ['Connection', connectionOf(host)],
    ['Disks', disksOf(host)],
    ['Forced Down By', host.forced_down_by],
    ['Forced Down At', host.forced_down_at],
    ['Disabled', disabledOf(host)],
    ['Last Transition', last === null ? null : `${last.seq}: ${last.from || '-'} > ${last.to} at ${last.at}`],
    ...(host.node_counts === null ? [] : [['Nodes In Maintenance', inMaintenance(host)] as const]),
  ]);
  if (host.nodes === null) return fields;
  const nodes = host.nodes.map((node) => [
    node.id,
    node.name,
    node.power_state,
    node.provision_state,
    node.maintenance ? (node.maintenance_reason ?? 'yes') : null,
    node.last_error,
    node.server,
  ]);
  return `${fields}\n${drawTable(NODE_HEAD, nodes)}`;
}

function cells(host: ListedHost): readonly unknown[] {
  const { name, status, state, cause, since, servers, driver, last_beat_at: beat } = host;
  return [name, status, state, cause, since, servers, driver, connectionOf(host), beat, disabledOf(host)];
}

function inMaintenance({ node_counts: nodes }: ListedHost): string | null {
  return nodes === null ? null : `${nodes.in_maintenance} of ${nodes.total}`;
}

function connectionOf({ connection }: ListedHost): string | null {
  if (connection === null) return null;
  return connection.up ? 'up' : `down: ${connection.reason}`;
}

function disksOf({ disks }: ListedHost): string | null {
  return disks === null ? null : (disks.problem ?? `${disks.free_gb} of ${disks.total_gb} GiB free`);
}

function disabledOf({ disabled, disabled_reason: reason }: ListedHost): string | null {
  return disabled ? (reason ?? 'disabled') : null;
}
