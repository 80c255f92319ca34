// The reference pages that are made of the operations: what there is, who may do it, what came with which microversion,
// and what the API refuses with.

import type { Operation } from '../remnantd/src/api/operation.ts';
import type { FaultCode } from '../remnantd/src/model/faults.ts';
import { FAULTS } from '../remnantd/src/model/faults.ts';
import type { MicroversionText, VersionSpan } from '../remnantd/src/model/microversion.ts';
import { MICROVERSIONS, minor } from '../remnantd/src/model/microversion.ts';
import { code, page, table } from './generate-markdown.ts';
import { operationPath, requestOf, spanText } from './generate-operation-pages.ts';
import { faultText } from './operation-errors.ts';
import { fieldsOf } from './schema-fields.ts';

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
          `[${code(operation.id)}](${operationPath(operation.id)}): ${operation.summary}${operation.description === undefined ? '' : `. ${operation.description}`}`,
          code(requestOf(operation)),
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

/** docs/reference/faults.md. */
export function faultsPage(): string {
  const rows = (Object.keys(FAULTS) as FaultCode[]).map((name) => ({
    name,
    status: FAULTS[name].status,
    text: faultText(name),
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

/** docs/reference/microversions.md: `shapes` are the resources' tables by name, `behaviours` what each changes, in words. */
export function microversionsPage(
  operations: readonly Operation[],
  shapes: Readonly<Record<string, readonly (VersionSpan & { readonly name: string; readonly doc: string })[]>>,
  behaviours: Readonly<Record<string, VersionSpan & { readonly doc: string }>>,
): string {
  const changes = new Map<MicroversionText, Set<string>>();
  const tell = (version: MicroversionText | undefined, text: string) => {
    if (version === undefined) return;
    changes.set(version, (changes.get(version) ?? new Set()).add(text));
  };
  for (const operation of operations) {
    const link = `[${code(operation.id)}](${operationPath(operation.id)})`;
    tell(operation.since, `the operation ${link}`);
    for (const [i, { since, schema }] of (operation.query ?? []).entries()) {
      tell(since, `query of ${link}${newNames(schema, operation.query?.[i - 1]?.schema)}`);
    }
    for (const [i, { since, schema }] of (operation.body ?? []).entries()) {
      tell(since, `body of ${link}${newNames(schema, operation.body?.[i - 1]?.schema)}`);
    }
  }
  for (const [resource, fields] of Object.entries(shapes)) {
    for (const field of fields)
      tell(
        field.since,
        `field ${code(field.name)} of ${/^[aeiou]/.test(resource) ? 'an' : 'a'} ${resource}: ${field.doc}`,
      );
  }
  for (const { since, doc } of Object.values(behaviours)) tell(since, doc);
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

/** What a schema names that the one before it did not. */
function newNames(schema: unknown, before: unknown): string {
  const old = new Set(fieldsOf(before).map(({ name }) => name));
  const added = before === undefined ? [] : fieldsOf(schema).filter(({ name }) => !old.has(name));
  return added.length === 0 ? '' : `: ${added.map(({ name }) => code(name)).join(', ')}`;
}
