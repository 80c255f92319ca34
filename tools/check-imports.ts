// Holds the walls of `import-table.ts`: reads every import of the daemon, the client and the command,
// and prints each one that crosses a wall with the reason the wall is there.
// A test may also use the test libraries and the helpers under `test/`.

import { dirname, join } from 'node:path/posix';
import { NPM, PACKAGES, TEST_NPM, TEST_ROOMS, WALLS, type Wall } from './import-table.ts';
import { report } from './report.ts';
import { isTestFile, readSources, type SourceFile } from './source-files.ts';

const FOLDERS = ['remnantd/src', 'client/src', 'cli/src'];
const IMPORTS = [
  /^[ \t]*import\s[^'"`;(]*?\bfrom\s*(['"])([^'"]+)\1/gm,
  /^[ \t]*export\s+(?:type\s+)?[*{][^'"`;(]*?\bfrom\s*(['"])([^'"]+)\1/gm,
  /^[ \t]*import\s*(['"])([^'"]+)\1/gm,
  /\bimport\(\s*(['"])([^'"]+)\1/g,
];

/** One import: what is named between the quotes, and the line of those quotes (from 1). */
export type Import = { readonly specifier: string; readonly line: number };

/** The imports of a file's text, dynamic and type-only ones included, in the order of their lines. */
export function importsOf(text: string): Import[] {
  return (
    IMPORTS.flatMap((pattern) =>
      Array.from(text.matchAll(pattern), (match) => ({
        specifier: match[2] ?? '',
        line: text.slice(0, match.index + match[0].length).split('\n').length,
      })),
    )
      // A name put together at run time stands in a text, such as a script that a test writes.
      .filter(({ specifier }) => !specifier.includes('${'))
      .toSorted((a, b) => a.line - b.line)
  );
}

/**
 * The room of a path: `model`, `drivers/libvirt`, `drivers/driver.ts`, `adapters/memory-bus`, `db/dialects`, `client`, `test`.
 * A path outside every room is its own first folder.
 */
export function roomOf(path: string): string {
  const [top = '', src, room = '', next = ''] = path.split('/');
  if (top !== 'remnantd') return top;
  if (src !== 'src') return src ?? top;
  if (room === 'db' && next === 'dialects') return 'db/dialects';
  if (room === 'drivers') return `drivers/${next}`;
  // A one-file adapter and its tests are the same room as an adapter's folder would be.
  return room === 'adapters' ? `adapters/${next.split('.')[0]}` : room;
}

/** Every import in `files` that crosses a wall, as `path:line  room -> room  forbidden: reason`. */
export function checkImports(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    importsOf(file.text).flatMap(({ specifier, line }) => {
      const from = roomOf(file.path);
      const crossed = specifier.startsWith('.')
        ? crossRelative(file.path, specifier)
        : crossPackage(file.path, specifier);
      return crossed === null ? [] : [`${file.path}:${line}  ${from} -> ${crossed.to}  forbidden: ${crossed.why}`];
    }),
  );
}

type Crossed = { readonly to: string; readonly why: string } | null;

function crossRelative(path: string, specifier: string): Crossed {
  const target = join(dirname(path), specifier);
  const from = roomOf(path);
  const to = roomOf(target);
  if (!/\.(ts|json)$/.test(specifier)) return { to: specifier, why: 'a relative import names its file, with .ts' };
  if (isTestFile(target) && !isTestFile(path)) return { to: target, why: 'what runs does not import what tests' };
  if (sameRoom(from, to) || (isTestFile(path) && TEST_ROOMS.includes(to))) return null;
  const wall = wallOf(from);
  if (wall === undefined) return { to, why: `no room is called ${from}: add it to the import table with its reason` };
  return allowed(wall, to) ? null : { to, why: wall.why };
}

function crossPackage(path: string, specifier: string): Crossed {
  const from = roomOf(path);
  if (specifier.startsWith('node:')) {
    return from === 'model' ? { to: specifier, why: 'model is pure: no I/O, no clock, no randomness' } : null;
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  if (isTestFile(path) && TEST_NPM.includes(name)) return null;
  if (TEST_NPM.includes(name)) return { to: name, why: 'only tests use the test libraries' };
  const wall = NPM[name];
  if (wall === undefined) return { to: name, why: 'the package is not in the import table: add it with its reason' };
  return allowed(wall, from) ? null : { to: name, why: wall.why };
}

function wallOf(room: string): Wall | undefined {
  return WALLS[room] ?? WALLS[kindOf(room)] ?? PACKAGES[room];
}

function allowed(wall: Wall, room: string): boolean {
  return wall.may.some((name) => name === '*' || name === room || name === kindOf(room));
}

/** Two drivers are two rooms, and so are two adapters; a part of a room is that room. */
function sameRoom(a: string, b: string): boolean {
  return a === b || (kindOf(a) === kindOf(b) && !kindOf(a).endsWith('/*'));
}

/** `drivers/libvirt` is one of `drivers/*`, `db/dialects` a part of `db`; a single file is only itself. */
function kindOf(room: string): string {
  const [top = '', next] = room.split('/');
  if (next === undefined || next.endsWith('.ts')) return room;
  return top === 'drivers' || top === 'adapters' ? `${top}/*` : top;
}

if (import.meta.main) {
  const files = readSources(process.cwd(), FOLDERS);
  report('imports', `${files.length} files`, checkImports(files));
}
