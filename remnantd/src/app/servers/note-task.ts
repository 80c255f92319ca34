// How far a host is with what it does to a server, as the server's task_state. A host is believed only of a command that it
// has in hand, and only forwards in that command's own row of task_states: a deletion, or a hard reboot that waits behind the
// command, stays what is shown.

import { findCommand } from '../../db/commands.ts';
import { findServer, patchServer } from '../../db/servers.ts';
import type { EvidenceSink } from '../../dispatch/sinks.ts';
import { tasksOf } from '../../model/command-tasks.ts';
import type { Clock } from '../../ports/clock.ts';

/** Applies what hosts tell of their progress to servers. */
export function noteTaskSink(clock: Clock): EvidenceSink {
  return async (tx, origin, entry) => {
    if (entry.kind !== 'task' || entry.server === null || entry.command === undefined) return;
    const command = await findCommand(tx, entry.command);
    if (command?.state !== 'granted' || command.host !== origin.host || command.serverId !== entry.server) return;
    const server = await findServer(tx, entry.server);
    if (server === null || server.deletedAt !== null || server.taskState === null) return;
    const tasks = tasksOf(command.order);
    const told = tasks.find((task) => task === entry.detail);
    const now = tasks.indexOf(server.taskState);
    if (told === undefined || now < 0 || tasks.indexOf(told) <= now) return;
    await patchServer(tx, server.id, { taskState: told, updatedAt: clock.wall() });
  };
}
