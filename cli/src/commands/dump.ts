// `remnant dump ...`: what came of the NMIs a server was sent.

import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { drawDump } from '../draw-dump.ts';
import { failure } from '../exit.ts';
import { findServerId } from '../find.ts';
import { showDump } from '../followed-dump.ts';
import { drawTable } from '../table.ts';
import { deleteDump } from './dump-delete.ts';
import { dmesgCommand } from './dump-dmesg.ts';
import { downloadDump } from './dump-download.ts';

/** The noun. */
export function dumpCommand(): Command {
  return new Command('dump')
    .description('Crash dumps')
    .addCommand(list())
    .addCommand(show())
    .addCommand(downloadDump())
    .addCommand(deleteDump())
    .addCommand(dmesgCommand());
}

function list(): Command {
  return new Command('list')
    .description("List a server's crash dumps, newest first")
    .argument('<server>', 'name or id')
    .action(async (wanted: string, _options: object, command: Command) => {
      const { client, show: print } = contextOf(command);
      const { dumps } = await client.dumps.list(await findServerId(client, wanted));
      print(dumps, () =>
        drawTable(
          ['ID', 'Requested', 'Phase', 'Verdict', 'Reason'],
          dumps.map((dump) => [dump.id, dump.requested_at, dump.phase, dump.verdict, dump.reason]),
        ),
      );
    });
}

function show(): Command {
  return new Command('show')
    .description('Show a crash dump with what was seen of it')
    .argument('<server>', 'name or id')
    .argument('[dump]', 'id; the newest without')
    .action(async (wanted: string, given: string | undefined, _options: object, command: Command) => {
      const { client, show: print } = contextOf(command);
      const id = await findServerId(client, wanted);
      const dumpId = given ?? (await client.dumps.list(id)).dumps[0]?.id;
      if (dumpId === undefined) throw failure(`server "${wanted}" has no dump`);
      const dump = await showDump(client, id, dumpId);
      print(dump, () => drawDump(dump));
    });
}
