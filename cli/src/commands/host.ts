// `remnant host list`: how the hosts are, and what that stands on. For administrators.

import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { drawTable } from '../table.ts';

const HEAD = ['Host', 'Host Status', 'Servers', 'Driver', 'Connection', 'Last Beat', 'Forced Down', 'Disabled Reason'];

/** The noun. */
export function hostCommand(): Command {
  return new Command('host').description('Hosts').addCommand(list());
}

function list(): Command {
  return new Command('list')
    .description('List hosts with their health (admin)')
    .action(async (_options: object, command: Command) => {
      const { client, show } = contextOf(command);
      const { hosts } = await client.hosts.list();
      show(hosts, () =>
        drawTable(
          HEAD,
          hosts.map((host) => [
            host.name,
            host.status,
            host.servers,
            host.driver,
            host.connection === null ? null : host.connection.up ? 'up' : `down: ${host.connection.reason}`,
            host.last_beat_at,
            host.forced_down,
            host.disabled ? (host.disabled_reason ?? 'disabled') : null,
          ]),
        ),
      );
    });
}
