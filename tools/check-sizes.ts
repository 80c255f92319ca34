// Keeps files small enough to read in one sitting, `lib/` from growing into a second program,
// and every room and file from being without a word on what it is for. All findings are told at once.

import { existsSync } from 'node:fs';
import { report } from './report.ts';
import { foldersIn, isTestFile, readSources, type SourceFile } from './source-files.ts';

const FOLDERS = ['remnantd/src', 'remnantd/test', 'client', 'cli', 'bench', 'lab', 'tools'];
const MAX_LINES = 400;
const MAX_LIB = 10;
const LIB = 'remnantd/src/lib/';

/** What is too big or has no header in `files`. `readmes` says of each top folder of the daemon whether it has a README. */
export function checkSizes(files: readonly SourceFile[], readmes: ReadonlyMap<string, boolean>): string[] {
  const lib = files.filter((file) => file.path.startsWith(LIB) && !isTestFile(file.path));
  return [
    ...files.flatMap(checkFile),
    ...(lib.length > MAX_LIB ? [`${LIB}  ${lib.length} files; at most ${MAX_LIB}, tests not counted`] : []),
    ...Array.from(readmes).flatMap(([folder, has]) => (has ? [] : [`${folder}  has no README.md`])),
  ];
}

function checkFile({ path, text }: SourceFile): string[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const first = text.replace(/^#!.*\n/, '');
  return [
    ...(lines > MAX_LINES ? [`${path}  ${lines} lines; at most ${MAX_LINES}`] : []),
    ...(isTestFile(path) || /^\/[/*]/.test(first)
      ? []
      : [`${path}:1  does not begin with a comment that says what it is for`]),
  ];
}

if (import.meta.main) {
  const root = process.cwd();
  const files = readSources(root, FOLDERS);
  const folders = foldersIn(root, 'remnantd/src').map((name) => `remnantd/src/${name}`);
  const rooms = folders.filter((folder) => files.some((file) => file.path.startsWith(`${folder}/`)));
  const readmes = new Map(rooms.map((room) => [room, existsSync(`${root}/${room}/README.md`)]));
  report('sizes', `${files.length} files`, checkSizes(files, readmes));
}
