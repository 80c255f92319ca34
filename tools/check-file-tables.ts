// The table of files in a folder's README says what is there: each file under the folder is named in one row, by itself, with a brace
// (`{start,stop}-server.ts`) or with its folder (`servers/`), and nothing is named that is not there. A folder below with a README of
// its own speaks for itself. Every README of the daemon's rooms has such a table; elsewhere one that is there is held to it.

import { dirname } from 'node:path/posix';
import { isTestFile, type SourceFile } from './source-files.ts';

const HEAD = /^\| file \|/;
const MUST_HAVE = /^remnantd\/src\/.*README\.md$/;

/** What is wrong with the tables of `pages`, as `path:line  name  why`; `sources` are the paths of all files that tables tell of. */
export function checkFileTables(pages: readonly SourceFile[], sources: readonly string[]): string[] {
  const readmes = pages.filter(({ path }) => path.endsWith('/README.md'));
  const rooms = readmes.map(({ path }) => `${dirname(path)}/`);
  return readmes.flatMap(({ path, text }) => {
    const room = `${dirname(path)}/`;
    const names = tableNames(text);
    if (names === null) return MUST_HAVE.test(path) ? [`${path}:1  has no table of its files`] : [];
    const inside = sources.filter((file) => file.startsWith(room)).map((file) => file.slice(room.length));
    const others = rooms
      .filter((other) => other !== room && other.startsWith(room))
      .map((one) => one.slice(room.length));
    const named = new Set(names.map(({ name }) => name));
    const findings = names.flatMap(({ name, line }, at) => {
      const there = name.endsWith('/') ? inside.some((file) => file.startsWith(name)) : inside.includes(name);
      if (!there) return [`${path}:${line}  ${name}  is not there`];
      return names.findIndex((one) => one.name === name) < at ? [`${path}:${line}  ${name}  is named twice`] : [];
    });
    const missing = inside.filter(
      (file) => !isTestFile(room + file) && !others.some((other) => file.startsWith(other)) && !isNamed(file, named),
    );
    return [...findings, ...missing.map((file) => `${path}:1  ${file}  is in no row of its table`)];
  });
}

/** Whether `file` is in `named`, or a folder that it is in. */
function isNamed(file: string, named: ReadonlySet<string>): boolean {
  if (named.has(file)) return true;
  const parts = file.split('/');
  return parts.some((_, at) => named.has(`${parts.slice(0, at).join('/')}/`));
}

/** Names in the first cells of the tables of files, braces written out; null where there is no such table. */
function tableNames(text: string): { readonly name: string; readonly line: number }[] | null {
  const lines = text.split('\n');
  if (!lines.some((line) => HEAD.test(line))) return null;
  let inside = false;
  return lines.flatMap((line, index) => {
    inside = line.startsWith('|') && (inside || HEAD.test(line));
    if (!inside) return [];
    const cell = line.split('|')[1] ?? '';
    return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name = '']) =>
      spread(name).map((one) => ({ name: one, line: index + 1 })),
    );
  });
}

/** `{a,b}-{c,d}.ts` as four names. */
function spread(name: string): string[] {
  const found = /^(.*?)\{([^}]*)\}(.*)$/.exec(name);
  if (found === null) return [name];
  const [, before = '', words = '', after = ''] = found;
  return words.split(',').flatMap((word) => spread(`${before}${word}${after}`));
}
