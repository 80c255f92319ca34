// The text of the repository's own TypeScript files, for the checks beside this file.
// Paths are relative to the repository and use `/`; what is generated, built or installed is never seen.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file: its path from the repository's root and its whole text. */
export type SourceFile = { readonly path: string; readonly text: string };

const NOT_OURS = new Set(['node_modules', 'dist', 'generated', 'var', '.tools', '.git']);

/** Reads every `.ts` file under `folders` of `root`, in a fixed order. A folder that does not exist holds no files. */
export function readSources(root: string, folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) => walk(root, folder)).map((path) => readSource(root, path));
}

/** Reads one file as UTF-8. Throws if it is not there. */
function readSource(root: string, path: string): SourceFile {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}

/** True for a file that only tests import: tests, contract suites, the drivers' conformance suite. */
export function isTestFile(path: string): boolean {
  return /\.(test|contract)\.ts$/.test(path) || path.endsWith('/conformance.ts') || path.split('/').includes('test');
}

/** The folders directly inside `folder`, in order; none if it does not exist. */
export function foldersIn(root: string, folder: string): string[] {
  return entries(root, folder)
    .filter((entry) => entry.isDirectory() && !NOT_OURS.has(entry.name))
    .map((entry) => entry.name);
}

function walk(root: string, folder: string): string[] {
  return entries(root, folder).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : walk(root, path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

function entries(root: string, folder: string) {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
