// `remnant server event ...`: what was asked of a server, and how it went.

import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { findServerId } from '../find.ts';
import { drawFields, drawTable } from '../table.ts';

/** The noun, below `server`. */
export function eventCommand(): Command {
  return new Command('event').description('What was asked of a server').addCommand(list()).addCommand(show());
}

function list(): Command {
  return new Command('list')
    .description("List a server's actions, newest first")
    .argument('<server>', 'name or id')
    .action(async (wanted: string, _options: object, command: Command) => {
      const { client, show: print } = contextOf(command);
      const id = await findServerId(client, wanted);
      const { instanceActions: actions } = await client.osInstanceActions.list(id);
      print(actions, () =>
        drawTable(
          ['Request ID', 'Action', 'Start Time', 'Message'],
          actions.map((action) => [action.request_id, action.action, action.start_time, action.message]),
        ),
      );
    });
}

function show(): Command {
  return new Command('show')
    .description("Show one of a server's actions with its events")
    .argument('<server>', 'name or id')
    .argument('<request>', 'request id')
    .action(async (wanted: string, request: string, _options: object, command: Command) => {
      const { client, show: print } = contextOf(command);
      const id = await findServerId(client, wanted);
      const { instanceAction: action } = await client.osInstanceActions.show(id, request);
      print(action, () => {
        const { events = [], ...fields } = action;
        const rows = events.map((event) => [
          event.event,
          event.result,
          event.start_time,
          event.finish_time,
          event.details,
        ]);
        const head = ['Event', 'Result', 'Start Time', 'Finish Time', 'Details'];
        return `${drawFields(Object.entries(fields))}\n${drawTable(head, rows)}`;
      });
    });
}
