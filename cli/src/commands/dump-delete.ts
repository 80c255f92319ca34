// `remnant dump delete`: the files of a dump, for good. What is known of the dump itself stays.

import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { failure, usage } from '../exit.ts';
import { pickArtefacts } from '../pick-artefact.ts';
import { mebibytes } from '../table.ts';

/** The command. */
export function deleteDump(): Command {
  return new Command('delete')
    .description('Delete the files of a crash dump; what is known of the dump stays')
    .argument('<server>', 'name or id')
    .argument('<dump>', 'id')
    .argument('[artefact]', 'id of one file; all files of the dump without')
    .option('-y, --yes', 'do not ask')
    .action(
      async (
        server: string,
        dump: string,
        artefact: string | undefined,
        { yes }: { readonly yes?: boolean },
        command: Command,
      ) => {
        const { client, show } = contextOf(command);
        const { serverId, files } = await pickArtefacts(client, { server, dump, artefact });
        const there = files.filter((file) => file.deleted_at === null);
        if (there.length > 0 && yes !== true) await confirm(`${wordsOf(there)} of dump ${dump}`);
        for (const { id } of there) {
          // oxlint-disable-next-line no-await-in-loop
          await client.artefacts.delete(serverId, dump, id);
        }
        const ids = there.map(({ id }) => id);
        show({ deleted: ids }, () =>
          ids.length === 0 ? 'There was nothing to delete.' : `Deleted: ${wordsOf(there)}.`,
        );
      },
    );
}

function wordsOf(files: readonly { readonly bytes: number }[]): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `${files.length === 1 ? '1 file' : `${files.length} files`}, ${mebibytes(bytes)}`;
}

/** Asks on the terminal. Ends the command when there is none to ask on, or the answer is not yes. */
async function confirm(what: string): Promise<void> {
  if (!process.stdin.isTTY) throw usage(`dump delete: this deletes ${what}, for good; --yes says that it shall`);
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await ask.question(`Delete ${what}, for good? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw failure('nothing was deleted');
  } finally {
    ask.close();
  }
}
