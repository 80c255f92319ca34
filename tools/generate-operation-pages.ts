// One reference page an operation: what it takes and gives, since when, what it refuses with and whom, and what it is called
// in the SDK and the CLI.

import type { Operation, VersionedSchema } from '../remnantd/src/api/operation.ts';
import { RANGE_HEADERS, ROOT_PREFIXES } from '../remnantd/src/http/openapi.ts';
import type { VersionSpan } from '../remnantd/src/model/microversion.ts';
import { minor } from '../remnantd/src/model/microversion.ts';
import { code, page, table } from './generate-markdown.ts';
import type { ErrorText } from './operation-errors.ts';
import type { Example } from './operation-examples.ts';
import { sample } from './operation-examples.ts';
import { commandsOf, methodOf } from './operation-names.ts';
import { fieldsOf } from './schema-fields.ts';

/** What pages are made of besides the declarations. */
export interface PageSources {
  readonly errorsOf: (operation: Operation) => readonly ErrorText[];
  readonly exampleOf: (operation: Operation) => Example | null;
}

const MORE_THAN_ONCE =
  'Parameters of the query may come more than once; where only one value makes sense, the last one counts.';

/** The pages, by path from the repository's root. */
export function operationPages(operations: readonly Operation[], sources: PageSources): Map<string, string> {
  return new Map(
    operations.map((operation) => [`docs/reference/${operationPath(operation.id)}`, operationPage(operation, sources)]),
  );
}

/** Where the page of operation `id` is, from docs/reference. */
export function operationPath(id: string): string {
  return `operations/${id}.md`;
}

/** The request an operation is, as `METHOD /path (action)`. */
export function requestOf(operation: Operation): string {
  const action = operation.action === undefined ? '' : ` (${operation.action})`;
  return `${operation.method} ${ROOT_PREFIXES[operation.root]}${operation.path}${action}`;
}

/** A span of microversions in words; empty for all of them. */
export function spanText({ since, until }: VersionSpan): string {
  if (since === undefined && until === undefined) return '';
  if (until === undefined) return `since ${since}`;
  return since === undefined ? `until ${until}` : `${since} to ${until}`;
}

function operationPage(operation: Operation, { errorsOf, exampleOf }: PageSources): string {
  const { id, summary, description, success, otherSuccesses = [] } = operation;
  return page(
    id,
    `${summary}.${description === undefined ? '' : ` ${sentence(description)}`}`,
    table(
      ['', ''],
      [
        ['request', code(requestOf(operation))],
        ['answer', [success, ...otherSuccesses].join(' or ')],
        ['token', operation.open === true ? 'not wanted' : 'wanted, in `X-Auth-Token`'],
        ...(operation.root === 'compute' ? [['microversions', spanText(operation) || 'all']] : []),
        ['SDK', code(`${methodOf(id)}()`)],
        ['CLI', commandsOf(id).map(code).join(', ') || 'no command'],
      ],
    ),
    ...rules(operation),
    ...parameters(operation),
    ...bodies(operation),
    ...answer(operation, exampleOf(operation)),
    ...errors(errorsOf(operation)),
    ...history(operation),
    '[All operations](../operations.md)',
  );
}

function rules({ rules: asked }: Operation): string[] {
  if (asked.length === 0) return [];
  const rows = asked.map((rule) => [
    code(rule.name),
    rule.check === '' ? 'everybody' : code(rule.check),
    rule.description,
  ]);
  return [
    '## Who may',
    table(['rule', 'default', 'meaning'], rows),
    'In [policies](../policies.md) is what they mean.',
  ];
}

function parameters(operation: Operation): string[] {
  const path = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [code(name), 'path', 'text', '']);
  const versions = operation.query ?? [];
  const newest = versions.at(-1);
  const query = fieldsOf(newest?.schema).map((field) => {
    const unknown = versions.findLastIndex((one) => !fieldsOf(one.schema).some(({ name }) => name === field.name));
    const since = unknown < 0 ? undefined : versions[unknown + 1]?.since;
    return [
      code(field.name),
      'query',
      field.type.replace(/^list of /, ''),
      since === undefined ? '' : `since ${since}`,
    ];
  });
  const headers = operation.bytes === true ? Object.entries(RANGE_HEADERS) : [];
  const rows = [...path, ...query, ...headers.map(([name, meaning]) => [code(name), 'header', meaning, ''])];
  return rows.length === 0
    ? []
    : [
        '## Parameters',
        table(['name', 'in', 'value', 'microversions'], rows),
        ...(query.length === 0 ? [] : [MORE_THAN_ONCE]),
      ];
}

function bodies(operation: Operation): string[] {
  if (operation.action !== undefined && operation.body === undefined) {
    return ['## Body', `\`{"${operation.action}": null}\`; what stands under the key is not looked at.`];
  }
  if (operation.body === undefined) return [];
  const parts = operation.body.flatMap((one) => bodyPart(one, operation));
  return ['## Body', ...parts];
}

function bodyPart({ schema, ...span }: VersionedSchema, { action, body }: Operation): string[] {
  const when = spanText(span);
  const head = (body?.length ?? 0) > 1 ? [`### ${when === '' ? 'All other microversions' : capital(when)}`] : [];
  const rows = fieldsOf(schema).map((field) => [code(field.name), field.type, field.required ? 'yes' : '', field.doc]);
  const under = action === undefined ? '' : `Under the key \`${action}\`: `;
  if (rows.length === 0) return [...head, `${under}${typeWords(schema)}.`];
  return [...head, ...(under === '' ? [] : [`${under}an object.`]), table(['field', 'value', 'must be', ''], rows)];
}

function typeWords(schema: unknown): string {
  const type = (schema as { type?: string | readonly string[] }).type;
  return type === undefined ? 'anything' : [type].flat().join(' or ');
}

function answer(operation: Operation, example: Example | null): string[] {
  const rows = fieldsOf(operation.reply).map((field) => [code(field.name), field.type, field.span, field.doc]);
  const shown = example ?? madeUp(operation);
  const parts = [
    ...(rows.length === 0 ? [] : [table(['field', 'value', 'microversions', ''], rows)]),
    ...(operation.bytes === true ? ['The answer is the plain bytes, `application/octet-stream`.'] : []),
    ...(operation.reply === undefined && operation.bytes !== true ? ['The answer has no body.'] : []),
    ...(shown === null ? [] : exampleParts(shown)),
  ];
  return ['## Answer', ...parts];
}

function madeUp(operation: Operation): Example | null {
  if (operation.reply === undefined) return null;
  return { recorded: false, request: requestOf(operation), status: operation.success, body: sample(operation.reply) };
}

function exampleParts({ recorded, request, status, body }: Example): string[] {
  const whose = recorded ? 'An example, as a real Nova answered it; of lists the first entry' : 'Its form';
  const json = body === null ? '(empty)' : JSON.stringify(body, null, 2);
  return [`${whose}:`, ['```', request, '```'].join('\n'), ['```json', `// ${status}`, json, '```'].join('\n')];
}

function errors(found: readonly ErrorText[]): string[] {
  if (found.length === 0) return [];
  const rows = found.map(({ status, code: name, text }) => [String(status), code(name), code(text)]);
  return [
    '## Errors',
    table(['status', 'fault', 'text'], rows),
    'What is filled in stands in angle brackets; `<message>` is what a schema or a filter says. All of them are in [faults](../faults.md).',
  ];
}

/** What came and went, by microversion. */
function history(operation: Operation): string[] {
  const changes = new Map<string, Set<string>>();
  const tell = (version: string | undefined, text: string) => {
    if (version !== undefined) changes.set(version, (changes.get(version) ?? new Set()).add(text));
  };
  tell(operation.since, 'the operation');
  tell(operation.until, 'last one with the operation');
  const versions = operation.query ?? [];
  versions.forEach((one, i) => {
    const before = new Set(fieldsOf(versions[i - 1]?.schema).map(({ name }) => name));
    const added = i === 0 ? [] : fieldsOf(one.schema).filter(({ name }) => !before.has(name));
    if (i > 0)
      tell(
        one.since,
        `query: ${added.length === 0 ? 'others are refused' : added.map(({ name }) => code(name)).join(', ')}`,
      );
  });
  for (const { since } of operation.body ?? []) tell(since, 'another body');
  for (const field of fieldsOf(operation.reply)) {
    tell(field.since, `answer: ${code(field.name)}`);
    tell(field.until, `answer: last one with ${code(field.name)}`);
  }
  if (changes.size === 0) return [];
  const rows = [...changes].toSorted(([a], [b]) => minor(a as `2.${number}`) - minor(b as `2.${number}`));
  return [
    '## History',
    table(
      ['microversion', 'what'],
      rows.map(([version, texts]) => [version, [...texts].join('; ')]),
    ),
  ];
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
