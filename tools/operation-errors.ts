// Which faults an operation can answer with, and in what words: read from the source, by following what its declaration
// imports through the use cases down to the authorised rows, and kept to the statuses the declaration names.

import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path/posix';
import type { Operation } from '../remnantd/src/api/operation.ts';
import type { FaultCode } from '../remnantd/src/model/faults.ts';
import { FAULTS } from '../remnantd/src/model/faults.ts';

/** A fault in words. */
export interface ErrorText {
  readonly status: number;
  readonly code: FaultCode;
  /** What is filled in stands in angle brackets. */
  readonly text: string;
}

const ROOMS = /^(api|app)\//;
/** Files of helpers: an operation answers what those it calls throw, not what all of them do. */
const SHARED = /^api\/([^/]+|identity\/fields)\.ts$/;
/** What the state table refuses is told by these; they are thrown where `refusalFault` is called. */
const REFUSALS = ['instance-locked', 'instance-not-ready', 'instance-never-launched', 'instance-in-state'];
const THROWN = /\bfault\(\s*'([a-z-]+)'(?:,\s*\{\s*message:\s*(['`])((?:(?!\2).)*)\2)?/g;

/** One of two faults, by a word that the caller gives. */
const CHOSEN = /\bfault\(\w+ === '(\w+)' \? '([a-z-]+)' : '([a-z-]+)'/g;

/** The text of a fault with its parameters in angle brackets. */
export function faultText(code: FaultCode): string {
  // A list of one reads as its entry, for the texts that take a word and those that join a list.
  const names = new Proxy({}, { get: (_target, name) => [`<${String(name)}>`] });
  return (FAULTS[code].text as (parameters: object) => string)(names);
}

/** Reads the daemon's source under `src` once; the result tells the faults of an operation, by status and text. */
export function operationErrors(src: string): (operation: Operation) => ErrorText[] {
  const files = readAll(src);
  return (operation) => {
    const paths = reached(files, declaredIn(files, operation.id));
    const own = paths
      .flatMap((path) => (SHARED.test(path) ? piecesUsed(files, path, paths) : [files.get(path) ?? '']))
      .join('\n');
    const thrown = [own, ...accessUsed(files, own)].flatMap((text) => thrownIn(text, own));
    const declared = thrown.filter(({ status }) => operation.errors.includes(status));
    const found = new Map([...frontErrors(operation), ...declared].map((one) => [`${one.status} ${one.text}`, one]));
    return [...found.values()].toSorted((a, b) => a.status - b.status || (a.text < b.text ? -1 : 1));
  };
}

/** The pieces of access that `own` calls, as `access.servers.one`: each method with the functions of its file it needs. */
function accessUsed(files: ReadonlyMap<string, string>, own: string): string[] {
  const calls = new Set(Array.from(own.matchAll(/\baccess\.(\w+)\.(\w+)/g), ([, noun, method]) => `${noun}.${method}`));
  return [...calls].flatMap((call) => {
    const [noun = '', method = ''] = call.split('.');
    const text = files.get(`access/${noun.replace(/s$/, '')}-access.ts`) ?? '';
    return piecesCalled(text, [method]);
  });
}

/** Of the helpers in `path` those that another file of `paths` names. */
function piecesUsed(files: ReadonlyMap<string, string>, path: string, paths: readonly string[]): string[] {
  const others = paths.filter((other) => other !== path).map((other) => files.get(other) ?? '');
  const words = others.flatMap((text) => text.match(/\w+/g) ?? []);
  return piecesCalled(files.get(path) ?? '', new Set(words));
}

/** The pieces of `text` with one of `names`, each with those of its file that it calls. */
function piecesCalled(text: string, names: Iterable<string>): string[] {
  const pieces = piecesOf(text);
  const taken = new Map<string, string>();
  const take = (name: string) => {
    const piece = pieces.get(name);
    if (piece === undefined || taken.has(name)) return;
    taken.set(name, piece);
    for (const [, next = ''] of piece.matchAll(/\b(\w+)\(/g)) take(next);
  };
  for (const name of names) take(name);
  return [...taken.values()];
}

/** The functions of a file and the methods of the objects it makes, by name. */
function piecesOf(text: string): Map<string, string> {
  const starts = [
    ...text.matchAll(
      /^(?: {2}| {4})?(?:export )?(?:async )?(?:function (\w+)|const (\w+) = (?:async )?\(|(\w+)(?:: (?:async )?\(|\())/gm,
    ),
  ];
  return new Map(
    starts.map((start, i) => [
      start[1] ?? start[2] ?? start[3] ?? '',
      text.slice(start.index, starts[i + 1]?.index ?? text.length),
    ]),
  );
}

/** What is refused before any operation sees the request. */
function frontErrors(operation: Operation): ErrorText[] {
  const compute = operation.root === 'compute';
  const reads = operation.method === 'GET' || operation.method === 'HEAD';
  const codes: FaultCode[] = [
    ...(operation.open === true ? [] : (['unauthorized'] as const)),
    ...(compute ? (['version-malformed', 'version-out-of-range', 'unsupported-content-type'] as const) : []),
    // Nova's root reads the content type too.
    ...(operation.root === 'versions' && operation.path === '/' ? (['unsupported-content-type'] as const) : []),
    ...(compute && operation.path !== '/' ? (['wrong-project'] as const) : []),
    ...(operation.since === undefined && operation.until === undefined ? [] : (['version-hidden'] as const)),
    ...(operation.body === undefined ? [] : (['malformed-body', 'bad-request'] as const)),
    // One of our own root that declares no parameters refuses every one.
    ...(operation.query === undefined && operation.root !== 'remnant' ? [] : (['bad-request'] as const)),
    ...(reads ? [] : (['body-too-large', 'unsupported-content-type'] as const)),
    ...(operation.rules.length === 0 ? [] : (['policy-denied'] as const)),
  ];
  return codes.map((code) => ({ status: FAULTS[code].status, code, text: faultText(code) }));
}

function thrownIn(text: string, own: string): ErrorText[] {
  const found = [...text.matchAll(THROWN)].flatMap(([, code = '', , message]) =>
    isCode(code) ? [{ status: FAULTS[code].status, code, text: worded(code, message) }] : [],
  );
  const chosen = [...text.matchAll(CHOSEN)].flatMap(([, word = '', one = '', other = '']) => [
    ...(own.includes(`'${word}'`) ? [one] : []),
    other,
  ]);
  const refused = /\brefusalFault\(/.test(text) ? REFUSALS : [];
  const codes = [...refused, ...chosen].filter(isCode);
  return [...found, ...codes.map((code) => ({ status: FAULTS[code].status, code, text: faultText(code) }))];
}

function worded(code: FaultCode, message: string | undefined): string {
  return message === undefined ? faultText(code) : message.replaceAll(/\$\{(?:\w+\.)*(\w+)[^}]*\}/g, '<$1>');
}

/** The files of the api and of the use cases that `start` leads to: by their values, or by a class, which is handed in. */
function reached(files: ReadonlyMap<string, string>, start: string): string[] {
  const seen = new Set([start]);
  for (const path of seen) {
    const imports = (files.get(path) ?? '').matchAll(/^import (type )?[^;]*? from '(\.[^']+)';/gm);
    for (const [, isType, target = ''] of imports) {
      const next = normalize(join(path, '..', target));
      const text = files.get(next);
      if (text === undefined || !ROOMS.test(next)) continue;
      if (isType === undefined || /^export class /m.test(text)) seen.add(next);
    }
  }
  return [...seen];
}

function declaredIn(files: ReadonlyMap<string, string>, id: string): string {
  // A family that is made by one function is found by its noun.
  const [noun] = id.split('.');
  const names = [`id: '${id}'`, `id: '${id.replace(/-put$/, '')}'`, `id: \`${noun}.\${`, `'${noun}'`];
  for (const name of names) {
    for (const [path, text] of files) {
      if (path.startsWith('api/') && path !== 'api/operations.ts' && text.includes(name)) return path;
    }
  }
  throw new Error(`operation ${id} is declared nowhere`);
}

function isCode(code: string): code is FaultCode {
  return Object.hasOwn(FAULTS, code);
}

function readAll(src: string): Map<string, string> {
  const names = readdirSync(src, { recursive: true, encoding: 'utf8' });
  const paths = names.filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && /^(api|app|access)\//.test(name),
  );
  return new Map(paths.toSorted().map((path) => [path, readFileSync(join(src, path), 'utf8')]));
}
