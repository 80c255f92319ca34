// Writes everything that is made of the declarations: the OpenAPI document, the client's generated half, the reference
// pages. `--check` writes nothing and fails, naming each file that is not what it would write.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BEHAVIOURS } from '../remnantd/src/api/behaviours.ts';
import { FLAVOR_SHAPE } from '../remnantd/src/api/flavors/shape.ts';
import { OPERATIONS } from '../remnantd/src/api/operations.ts';
import { ACTION_SHAPE, EVENT_SHAPE } from '../remnantd/src/api/os-instance-actions/shape.ts';
import { SERVICE_SHAPE } from '../remnantd/src/api/os-services/shape.ts';
import { SERVER_SHAPE } from '../remnantd/src/api/servers/shape.ts';
import { openApiDocument } from '../remnantd/src/http/openapi.ts';
import { allRules } from '../remnantd/src/main/rules.ts';
import type { VersionSpan } from '../remnantd/src/model/microversion.ts';
import type { ApiDocument } from './generate-client.ts';
import { clientFiles } from './generate-client.ts';
import { agentConfigPage, configPage } from './generate-config.ts';
import { operationPages } from './generate-operation-pages.ts';
import { policiesPage, policySample } from './generate-policies.ts';
import { faultsPage, microversionsPage, operationsPage } from './generate-reference.ts';
import { statesPage } from './generate-states.ts';
import { supportPage } from './generate-support.ts';
import { operationErrors } from './operation-errors.ts';
import { recordedExamples } from './operation-examples.ts';
import { report } from './report.ts';

/** Folders that hold nothing but generated files: what is there and not made is stale. */
const OWN_FOLDERS = ['openapi', 'client/src/generated', 'docs/reference', 'docs/reference/operations'];
const DAEMON = join(import.meta.dirname, '../remnantd');
const SHAPES = {
  // The answer to a change has no fields of its own.
  server: SERVER_SHAPE.fields.filter((field) => field.in?.some((view) => view !== 'update') ?? true),
  flavor: FLAVOR_SHAPE.fields,
  service: SERVICE_SHAPE.fields,
  'instance action': ACTION_SHAPE.fields,
  event: EVENT_SHAPE.fields,
};

/** Each behaviour with what its doc comment says of it. */
function behavioursInWords(): Record<string, VersionSpan & { doc: string }> {
  const source = readFileSync(join(DAEMON, 'src/api/behaviours.ts'), 'utf8');
  return Object.fromEntries(
    Object.entries(BEHAVIOURS).map(([name, span]) => {
      const doc = new RegExp(`/\\*\\* ([^*]+?)\\.? \\*/\\s+'${name}':`).exec(source)?.[1];
      if (doc === undefined) throw new Error(`the behaviour ${name} has no doc comment of one line`);
      return [name, { ...span, doc: `${doc.charAt(0).toLowerCase()}${doc.slice(1)}` }];
    }),
  );
}

/** Every generated file: path from the repository's root, and its text. `version` is the daemon's. */
export function generated(version: string): Map<string, string> {
  const document = openApiDocument(OPERATIONS, version);
  const files = new Map([
    ['openapi/remnant.json', `${JSON.stringify(document, null, 2)}\n`],
    ['docs/reference/operations.md', operationsPage(OPERATIONS)],
    ['docs/reference/policies.md', policiesPage(allRules(OPERATIONS))],
    ['docs/reference/policy.yaml.sample', policySample(allRules(OPERATIONS))],
    ['docs/reference/config.md', configPage()],
    ['docs/reference/agent-config.md', agentConfigPage()],
    ['docs/reference/faults.md', faultsPage()],
    ['docs/reference/states.md', statesPage()],
    ['docs/reference/support.md', supportPage()],
    ['docs/reference/microversions.md', microversionsPage(OPERATIONS, SHAPES, behavioursInWords())],
    ...operationPages(OPERATIONS, {
      errorsOf: operationErrors(join(DAEMON, 'src')),
      exampleOf: recordedExamples(new URL('../remnantd/test/golden/cases.json', import.meta.url)),
    }),
  ]);
  const typed = JSON.parse(JSON.stringify(document)) as ApiDocument;
  for (const [name, text] of clientFiles(typed)) files.set(`client/src/generated/${name}`, text);
  return files;
}

/** How `there` (null: no such file) differs from what it should be, in one line; null when it does not. */
export function difference(path: string, wanted: string, there: string | null): string | null {
  if (there === wanted) return null;
  if (there === null) return `${path}  is missing; run make generate`;
  const now = there.split('\n');
  const then = wanted.split('\n');
  const first = then.findIndex((line, index) => line !== now[index]);
  const at = first < 0 ? then.length : first;
  const kept = new Set(now);
  const count = then.filter((line) => !kept.has(line)).length;
  const words = (line: string | undefined) =>
    line === undefined ? 'the end' : JSON.stringify(line.trim().slice(0, 80));
  return `${path}:${at + 1}  has ${words(now[at])}, should have ${words(then[at])}; ${count} new lines in all; run make generate`;
}

function findings(root: string, files: ReadonlyMap<string, string>): string[] {
  const differing = [...files].flatMap(([path, text]) => difference(path, text, readIfThere(join(root, path))) ?? []);
  return [...differing, ...stale(root, files).map((path) => `${path}  is made of nothing any more; run make generate`)];
}

function stale(root: string, files: ReadonlyMap<string, string>): string[] {
  return OWN_FOLDERS.flatMap((folder) =>
    existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => `${folder}/${name}`) : [],
  ).filter((path) => !files.has(path) && !OWN_FOLDERS.includes(path));
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function write(root: string, files: ReadonlyMap<string, string>): void {
  for (const path of stale(root, files)) rmSync(join(root, path), { recursive: true });
  for (const [path, text] of files) {
    if (readIfThere(join(root, path)) === text) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(path);
  }
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const { version } = JSON.parse(readFileSync(join(root, 'remnantd/package.json'), 'utf8')) as { version: string };
  const files = generated(version);
  if (process.argv.includes('--check')) report('generate', `${files.size} files`, findings(root, files));
  else write(root, files);
}
