// The files an operator keeps policy rules in: one file, and a folder whose files are read after it by name, as oslo.policy
// has it. Here they are found, read and told apart from what they were before; what they say is for `policy/` to judge.

import type { BigIntStats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import type { Config } from '../config/sections.ts';
import { fileErrorText } from '../lib/file-error.ts';
import { PolicyFileError } from '../policy/load-policy.ts';

/** Where the rules are looked for. */
export interface PolicyPlaces {
  readonly file: string;
  /** True if the configuration names the file: then it must be there. */
  readonly required: boolean;
  /** Its files are read after `file`, in the order of their names. */
  readonly folder: string;
}

/** A file as it was read. */
export interface PolicyText {
  readonly name: string;
  readonly text: string;
}

/** The places that a configuration means. */
export function policyPlaces(config: Pick<Config, 'policy' | 'state_dir'>): PolicyPlaces {
  const { file, folder } = config.policy;
  const path = resolve(config.state_dir, file ?? 'policy.yaml');
  return {
    file: path,
    required: file !== null,
    folder: folder === null ? join(dirname(path), 'policy.d') : resolve(config.state_dir, folder),
  };
}

/**
 * Something that differs whenever a file came, went, or was written or replaced: identity, size and times of all of them.
 * A place that cannot be looked at counts as a state of its own.
 */
export async function policyStamp(places: PolicyPlaces): Promise<string> {
  const names = await namesIn(places.folder).catch((error: unknown) => [`${places.folder}: ${codeOf(error)}`]);
  const stamps = [places.file, ...names].map(async (name) => `${name} ${await stampOf(name)}`);
  return (await Promise.all(stamps)).join('\n');
}

/** Reads all files, in the order they count. Throws `PolicyFileError` if one that should be there cannot be read. */
export async function readPolicyFiles(places: PolicyPlaces): Promise<readonly PolicyText[]> {
  const first = places.required || (await isThere(places.file)) ? [places.file] : [];
  const rest = await namesIn(places.folder).catch((error: unknown) => {
    throw unreadable(places.folder, error);
  });
  return Promise.all([...first, ...rest].map(readOne));
}

/** Rules in words: far more than any cloud has. Bytes. */
const LARGEST = 1_048_576;
const EXTENSIONS = ['.yaml', '.yml', '.json'];

async function readOne(name: string): Promise<PolicyText> {
  try {
    const { size } = await stat(name);
    if (size > LARGEST) throw new Error(`larger than ${LARGEST} bytes`);
    return { name, text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(name)) };
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** The files of a folder that count; none if there is no such folder. Editors' own files begin with a dot or end otherwise. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => !name.startsWith('.') && EXTENSIONS.includes(extname(name)))
    .toSorted()
    .map((name) => join(folder, name));
}

async function isThere(name: string): Promise<boolean> {
  return (await stat(name).catch((error: unknown) => codeOf(error))) !== 'ENOENT';
}

async function stampOf(name: string): Promise<string> {
  const found = await stat(name, { bigint: true }).catch((error: unknown) => codeOf(error));
  return typeof found === 'string' ? found : marksOf(found).join(' ');
}

function marksOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): bigint[] {
  return [dev, ino, size, mtimeNs, ctimeNs];
}

function unreadable(name: string, error: unknown): PolicyFileError {
  return new PolicyFileError(`${name}: cannot be read: ${fileErrorText(error)}`, { cause: error });
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code ?? error);
}
