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

/** A list of hosts; with how many of their nodes are in maintenance, where some are. */
export function drawHosts(hosts: readonly ListedHost[]): string {
  if (!hosts.some(({ node_counts: nodes }) => nodes !== null && nodes.in_maintenance > 0)) {
    return drawTable(HEAD, hosts.map(cells));
  }
  const rows = hosts.map((host) => [...cells(host), inMaintenance(host)]);
  return drawTable([...HEAD, 'Nodes In Maintenance'], rows);
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

function disabledOf({ disabled, disabled_reason: reason }: ListedHost): string | null {
  return disabled ? (reason ?? 'disabled') : null;
}
