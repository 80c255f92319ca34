// The reference pages that are made of the operations: what there is, who may do it, what came with which microversion,
// and what the API refuses with.

import type { Operation } from '../remnantd/src/api/operation.ts';
import { ROOT_PREFIXES } from '../remnantd/src/http/openapi.ts';
import { FAULTS } from '../remnantd/src/model/faults.ts';
import type { MicroversionText, VersionSpan } from '../remnantd/src/model/microversion.ts';
import { MICROVERSIONS, minor } from '../remnantd/src/model/microversion.ts';
import type { RuleDefault } from '../remnantd/src/policy/rule-default.ts';
import { code, page, table } from './generate-markdown.ts';

const ROOTS = {
  compute: 'Compute',
  remnant: "Remnant's own",
  identity: 'Identity',
  image: 'Image',
  versions: 'Versions',
} as const satisfies Record<Operation['root'], string>;

/** docs/reference/operations.md. */
export function operationsPage(operations: readonly Operation[]): string {
  const parts = (Object.keys(ROOTS) as Operation['root'][]).flatMap((root) => [
    `## ${ROOTS[root]}`,
    table(
      ['operation', 'request', 'microversions', 'answers', 'rules'],
      operations
        .filter((operation) => operation.root === root)
        .map((operation) => [
          `${code(operation.id)}: ${operation.summary}${operation.description === undefined ? '' : `. ${operation.description}`}`,
          code(request(operation)),
          spanText(operation),
          [operation.success, ...operation.errors].join(', '),
          operation.rules.map((rule) => code(rule.name)).join(', '),
        ]),
    ),
  ]);
  return page(
    'Operations',
    `${operations.length} operations. The same as OpenAPI: \`openapi/remnant.json\`, and \`GET /openapi.json\` of a running daemon. The Compute API also answers with the project id in the path, \`/v2.1/{project_id}/...\`.`,
    ...parts,
  );
}

/** docs/reference/policies.md. */
export function policiesPage(rules: readonly RuleDefault[]): string {
  return page(
    'Policy rules',
    'Every rule with its default, in the language of oslo.policy.',
    table(
      ['rule', 'default', 'meaning', 'guards'],
      rules.map((rule) => [
        code(rule.name),
        rule.check === '' ? 'everybody' : code(rule.check),
        rule.description,
        rule.operations.map(({ method, path }) => code(`${method} ${path}`)).join(', '),
      ]),
    ),
  );
}

/** docs/reference/faults.md. */
export function faultsPage(): string {
  // Every parameter of a text is told by its own name.
  const names = new Proxy({}, { get: (_, name) => `<${String(name)}>` });
  const rows = Object.entries(FAULTS).map(([name, { status, text }]) => ({
    name,
    status,
    text: (text as (parameters: object) => string)(names),
  }));
  return page(
    'Faults',
    'Everything the API says no with. In angle brackets stands what is filled in; what is said is the same for every API root, the JSON around it is the one of the root.',
    table(
      ['status', 'code', 'text'],
      rows
        .toSorted((a, b) => a.status - b.status || (a.name < b.name ? -1 : 1))
        .map(({ name, status, text }) => [String(status), code(name), code(text)]),
    ),
  );
}

/** docs/reference/microversions.md: `shapes` are the resources' tables by name. */
export function microversionsPage(
  operations: readonly Operation[],
  shapes: Readonly<Record<string, readonly (VersionSpan & { readonly name: string; readonly doc: string })[]>>,
  behaviours: Readonly<Record<string, VersionSpan>>,
): string {
  const changes = new Map<MicroversionText, Set<string>>();
  const tell = (version: MicroversionText | undefined, text: string) => {
    if (version === undefined) return;
    changes.set(version, (changes.get(version) ?? new Set()).add(text));
  };
  for (const operation of operations) {
    tell(operation.since, `operation ${code(operation.id)}`);
    for (const { since } of operation.query ?? []) tell(since, `query of ${code(operation.id)}`);
    for (const { since } of operation.body ?? []) tell(since, `body of ${code(operation.id)}`);
  }
  for (const [resource, fields] of Object.entries(shapes)) {
    for (const field of fields) tell(field.since, `${resource} field ${code(field.name)}: ${field.doc}`);
  }
  for (const [name, { since }] of Object.entries(behaviours)) tell(since, `behaviour ${code(name)}`);
  const rows = [...changes].toSorted(([a], [b]) => minor(a) - minor(b));
  return page(
    'Microversions',
    `The Compute API speaks ${MICROVERSIONS.min} to ${MICROVERSIONS.max}; without the header \`OpenStack-API-Version: compute 2.N\` a request is ${MICROVERSIONS.min}. A number that is not listed changes nothing for what exists here.`,
    table(
      ['since', 'what'],
      rows.map(([version, texts]) => [version, [...texts].join('; ')]),
    ),
  );
}

function request(operation: Operation): string {
  const action = operation.action === undefined ? '' : ` (${operation.action})`;
  return `${operation.method} ${ROOT_PREFIXES[operation.root]}${operation.path}${action}`;
}

function spanText({ since, until }: VersionSpan): string {
  if (since === undefined && until === undefined) return '';
  if (until === undefined) return `since ${since}`;
  return since === undefined ? `until ${until}` : `${since} to ${until}`;
}
