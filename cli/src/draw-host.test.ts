// What is printed of hosts with nodes; of those without, the command's own tests see it.

import type { Host } from '@remnant/client';
import { expect, test } from 'vitest';
import { drawHost, drawHosts } from './draw-host.ts';

const host = (more: Partial<Host> = {}): Host => ({
  name: 'metal-1',
  status: 'UP',
  state: 'up',
  since: '2026-01-01T00:00:00.000000',
  cause: 'heard',
  detail: 'its agent is heard',
  evidence_age_ms: 5,
  forced_down: false,
  forced_down_by: null,
  forced_down_at: null,
  disabled: false,
  disabled_reason: null,
  last_beat_at: '2026-01-01T00:00:00.000000',
  last_transition: null,
  driver: 'ironic',
  connection: { up: true, reason: '' },
  servers: 1,
  disks: null,
  node_counts: null,
  nodes: null,
  ...more,
});

const node = {
  id: 'aaaaaaaa-0000-4000-8000-000000000001',
  name: 'rack-1',
  power_state: 'running',
  provision_state: 'active',
  maintenance: false,
  maintenance_reason: null,
  last_error: null,
  server: 'bbbbbbbb-0000-4000-8000-000000000001',
} as const;

test('a list tells of nodes in maintenance where there are any', () => {
  expect(drawHosts([host()])).not.toContain('Nodes');
  const well = host({ node_counts: { total: 3, in_maintenance: 0 } });
  expect(drawHosts([well])).not.toContain('Nodes');
  const [, head = '', , ...rows] = drawHosts([
    host({ node_counts: { total: 3, in_maintenance: 2 } }),
    well,
    host(),
  ]).split('\n');
  expect(head).toMatch(/\| Disabled Reason \| Nodes In Maintenance \|$/);
  expect(rows.slice(0, 3).map((row) => row.split('|').at(-2)?.trim())).toEqual(['2 of 3', '0 of 3', '-']);
});

test('a host tells what is free for disks, or why none can be made; a list does where there is such a host', () => {
  const disks = { usable: true, problem: null, total_gb: 100, free_gb: 40, shared: false };
  const away = { ...disks, usable: false, problem: 'the folder of disks /d is not there', total_gb: 0, free_gb: 0 };
  expect(drawHost(host({ disks }))).toMatch(/\| Disks +\| 40 of 100 GiB free +\|/);
  expect(drawHost(host({ disks: away }))).toMatch(/\| Disks +\| the folder of disks \/d is not there +\|/);
  expect(drawHost(host())).toMatch(/\| Disks +\| - +\|/);
  expect(drawHosts([host({ disks }), host()])).not.toContain('Disk');
  const [, head = '', , ...rows] = drawHosts([host({ disks: away }), host({ disks }), host()]).split('\n');
  expect(head).toMatch(/\| Disabled Reason \| Disk Problem +\|$/);
  expect(rows.slice(0, 3).map((row) => row.split('|').at(-2)?.trim())).toEqual([away.problem, '-', '-']);
});

test('one host tells of each node, and why it is in maintenance', () => {
  const shown = drawHost(
    host({
      node_counts: { total: 3, in_maintenance: 2 },
      nodes: [
        node,
        {
          ...node,
          name: 'rack-2',
          maintenance: true,
          maintenance_reason: 'new \u001b[2Jdisks',
          last_error: 'BMC silent',
        },
        { ...node, name: 'rack-3', power_state: 'unknown', maintenance: true, server: null },
      ],
    }),
  );
  expect(shown).toMatch(/\| Nodes In Maintenance \| 2 of 3 +\|/);
  const rows = shown.split('\n').filter((line) => line.includes('| rack-'));
  expect(
    rows.map((row) =>
      row
        .split('|')
        .slice(2, -1)
        .map((cell) => cell.trim()),
    ),
  ).toEqual([
    ['rack-1', 'running', 'active', '-', '-', node.server],
    ['rack-2', 'running', 'active', 'new ?[2Jdisks', 'BMC silent', node.server],
    ['rack-3', 'unknown', 'active', 'yes', '-', '-'],
  ]);
});

test('a host without nodes has no table of them, one whose nodes are all gone an empty one', () => {
  expect(drawHost(host())).not.toContain('Node');
  const shown = drawHost(host({ node_counts: { total: 0, in_maintenance: 0 }, nodes: [] }));
  expect(shown.split('\n').at(-2)).toMatch(/^\| Node \| Name \|/);
});
