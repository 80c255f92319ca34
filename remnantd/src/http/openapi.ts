// The OpenAPI 3.1 document, made of the operations' declarations and nothing else: the same operations give the same text.
// Schemas are those of the highest microversion; `x-since` and `x-until` tell which microversions know a thing.

import type { ApiRoot, Operation, VersionedSchema } from '../api/operation.ts';
import type { VersionSpan } from '../model/microversion.ts';
import { MICROVERSIONS, minor, within } from '../model/microversion.ts';
import { takesKey } from './once.ts';
import { FAULT_RESPONSES, FAULT_SCHEMAS, FAULT_TITLES } from './openapi-faults.ts';

/** A JSON object of the document. */
export type DocumentObject = { readonly [key: string]: unknown };

/** Where each root's operations stand in the document; the front serves compute's under more prefixes (server.ts). */
export const ROOT_PREFIXES: Readonly<Record<ApiRoot, string>> = {
  versions: '',
  compute: '/v2.1',
  identity: '/identity/v3',
  image: '/image/v2',
  remnant: '/remnant/v1',
};

/** The OpenAPI 3.1 document of `operations`, in their order; `version` is the program's. */
export function openApiDocument(operations: readonly Operation[], version: string): DocumentObject {
  const components = new Map<string, DocumentObject>(Object.entries(FAULT_SCHEMAS));
  const paths: Record<string, Record<string, unknown>> = {};
  for (const group of groups(operations)) {
    const [first] = group;
    const path = `${ROOT_PREFIXES[first.root]}${first.path === '/' && first.root !== 'versions' ? '' : first.path}`;
    paths[path] = { ...paths[path], [first.method.toLowerCase()]: endpoint(group, components) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Remnant',
      version,
      description:
        "The Compute API's endpoints that exist here, the identity and images that clients need, and Remnant's own.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    'x-microversions': { min: MICROVERSIONS.min, max: MICROVERSIONS.max },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' } },
      parameters: { Microversion: MICROVERSION, IdempotencyKey: IDEMPOTENCY_KEY },
      responses: FAULT_RESPONSES,
      schemas: Object.fromEntries([...components].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

const MICROVERSION = {
  name: 'OpenStack-API-Version',
  in: 'header',
  description: `compute 2.N; ${MICROVERSIONS.min} without it. Highest: ${MICROVERSIONS.max}.`,
  schema: { type: 'string', pattern: '^compute (2\\.[1-9][0-9]*|latest)$' },
};

/** What a download may ask for in its head, by name. */
export const RANGE_HEADERS: Readonly<Record<string, string>> = {
  Range: 'one range of bytes, e.g. bytes=1000-',
  'If-Range': 'the ETag of the file that the range is meant of',
  'If-None-Match': 'ETags of files that the client has',
};

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'For 24 hours a repeat with the same key does nothing, and is answered with what the first one made, as far as its caller may see that now. With another body or query it is a 422; while the first still runs it waits, and is a 409 if that takes long. A request that was refused changed nothing: the same key may be used again.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

type Group = readonly [Operation, ...Operation[]];

/** Operations that share a method and path stand together: the actions of servers. */
function groups(operations: readonly Operation[]): Group[] {
  const found = new Map<string, [Operation, ...Operation[]]>();
  for (const operation of operations) {
    const key = `${operation.root} ${operation.method} ${operation.path}`;
    const group = found.get(key);
    if (group === undefined) found.set(key, [operation]);
    else group.push(operation);
  }
  return [...found.values()];
}

function endpoint(group: Group, components: Map<string, DocumentObject>): DocumentObject {
  const [first] = group;
  const actions = group.filter((operation) => operation.action !== undefined);
  const isAction = actions.length > 0;
  const noun = first.id.split('.')[0] ?? first.id;
  return {
    operationId: isAction
      ? `${noun}.action${first.method === 'POST' ? '' : `-${first.method.toLowerCase()}`}`
      : first.id,
    tags: [noun],
    summary: isAction ? 'Act on one: the key of the body says how' : first.summary,
    ...(first.description === undefined || isAction ? {} : { description: first.description }),
    'x-remnant-root': first.root,
    ...(isAction
      ? { 'x-remnant-action': actions.map((operation) => actionEntry(operation, components)) }
      : { ...spanOf(first), ...rulesOf(first) }),
    ...(first.open === true ? { security: [] } : {}),
    parameters: parameters(first),
    ...requestBody(group, components),
    responses: responses(group, components),
  };
}

/** What a tool needs to tell one action from its neighbours. */
function actionEntry(operation: Operation, components: Map<string, DocumentObject>): DocumentObject {
  return {
    id: operation.id,
    action: operation.action,
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    ...spanOf(operation),
    ...rulesOf(operation),
    success: operation.success,
    errors: errorsOf(operation),
    body: schemaNow(operation.body, operation, components) ?? {},
    ...(operation.reply === undefined ? {} : { reply: hoist(operation.reply, components) }),
  };
}

function rulesOf(operation: Operation): DocumentObject {
  return operation.rules.length === 0 ? {} : { 'x-remnant-rules': operation.rules.map((rule) => rule.name) };
}

function spanOf(span: VersionSpan): DocumentObject {
  return {
    ...(span.since === undefined ? {} : { 'x-since': span.since }),
    ...(span.until === undefined ? {} : { 'x-until': span.until }),
  };
}

function parameters(operation: Operation): DocumentObject[] {
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const key = takesKey(operation) ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : [];
  const microversion = operation.root === 'compute' ? [{ $ref: '#/components/parameters/Microversion' }] : [];
  return [
    ...inPath,
    ...queryParameters(operation),
    ...(operation.bytes === true ? rangeParameters() : []),
    ...microversion,
    ...key,
  ];
}

function rangeParameters(): DocumentObject[] {
  return Object.entries(RANGE_HEADERS).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  }));
}

function queryParameters(operation: Operation): DocumentObject[] {
  const now = current(operation.query, operation);
  return Object.entries(propertiesOf(now)).map(([name, schema]) => {
    // A parameter is as old as the oldest schema from which on every one knows it.
    const versions = operation.query ?? [];
    const unknown = versions.findLastIndex((one) => propertiesOf(one)[name] === undefined);
    return {
      name,
      in: 'query',
      explode: true,
      schema: plain(schema),
      ...(unknown < 0 ? {} : spanOf({ ...sinceOf(versions[unknown + 1]) })),
    };
  });
}

function sinceOf(versioned: VersionedSchema | undefined): VersionSpan {
  return versioned?.since === undefined ? {} : { since: versioned.since };
}

function propertiesOf(versioned: VersionedSchema | undefined): DocumentObject {
  const schema = (versioned?.schema ?? {}) as { properties?: DocumentObject };
  return schema.properties ?? {};
}

/** The schema of the highest microversion at which the operation is there. */
function current(schemas: readonly VersionedSchema[] | undefined, operation: Operation): VersionedSchema | undefined {
  const highest = minor(operation.until ?? MICROVERSIONS.max);
  return schemas?.find((one) => within(highest, one));
}

function schemaNow(
  schemas: readonly VersionedSchema[] | undefined,
  operation: Operation,
  components: Map<string, DocumentObject>,
): DocumentObject | undefined {
  const now = current(schemas, operation);
  return now === undefined
    ? undefined
    : { ...(hoist(plain(now.schema), components) as DocumentObject), ...spanOf(now) };
}

function requestBody(group: Group, components: Map<string, DocumentObject>): DocumentObject {
  const [first] = group;
  const schemas = group.flatMap((operation) => {
    const schema = schemaNow(operation.body, operation, components);
    if (operation.action === undefined) return schema === undefined ? [] : [schema];
    const wrapped = {
      title: operation.action,
      type: 'object',
      properties: { [operation.action]: schema ?? {} },
      required: [operation.action],
      additionalProperties: false,
    };
    return [{ ...wrapped, ...spanOf(operation) }];
  });
  if (schemas.length === 0) return {};
  const schema = first.action === undefined ? schemas[0] : { oneOf: schemas };
  return { requestBody: { required: first.emptyBody !== true, content: { 'application/json': { schema } } } };
}

function responses(group: Group, components: Map<string, DocumentObject>): DocumentObject {
  const [first] = group;
  const found: Record<string, DocumentObject> = {};
  for (const operation of group) {
    for (const status of operation.otherSuccesses ?? []) found[status] ??= { description: 'Done' };
    // Several actions may share a status: the one with a body tells what it is.
    if (operation.bytes === true) Object.assign(found, bytesResponses(operation));
    else if (operation.reply === undefined) found[operation.success] ??= { description: 'Done' };
    else {
      const schema = hoist(operation.reply, components);
      const done = { description: 'Done', content: { 'application/json': { schema } } };
      for (const status of [operation.success, ...(operation.otherSuccesses ?? [])]) found[status] = done;
    }
  }
  const errors = new Set(group.flatMap(errorsOf));
  for (const status of [...errors].toSorted((a, b) => a - b)) {
    found[status] = FAULT_TITLES[status] === undefined ? { description: 'Fault' } : faultRef(first.root, status);
  }
  return found;
}

/** Plain bytes: the whole, and a part. */
function bytesResponses({ success, otherSuccesses = [] }: Operation): Record<string, DocumentObject> {
  const content = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
  return Object.fromEntries(
    [success, ...otherSuccesses].map((status) => [
      status,
      status === 304
        ? { description: 'The client has it' }
        : { description: status === 206 ? 'A part' : 'Done', content },
    ]),
  );
}

function faultRef(root: ApiRoot, status: number): DocumentObject {
  // A missing token is told as the middleware in front of Nova and Glance does, in its own form.
  const form = status === 401 ? 'unauthorized' : root;
  return { $ref: `#/components/responses/${form}-${status}` };
}

/** What the operation refuses, and what the front before it does. */
function errorsOf(operation: Operation): number[] {
  const front = [
    ...(operation.open === true ? [] : [401]),
    ...(operation.root === 'compute' ? [400, 406, 415] : []),
    ...(operation.since === undefined && operation.until === undefined ? [] : [404]),
    ...(takesKey(operation) ? [409, 422] : []),
    ...(operation.method === 'GET' || operation.method === 'HEAD' ? [] : [400, 413, 415]),
  ];
  return [...new Set([...operation.errors, ...front])].toSorted((a, b) => a - b);
}

/** A typebox schema carries hidden marks; its JSON is what is told. */
function plain(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema)) as unknown;
}

/** `schema` with each titled schema in it replaced by a reference to its component. */
function hoist(schema: unknown, components: Map<string, DocumentObject>): unknown {
  if (Array.isArray(schema)) return schema.map((part) => hoist(part, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.entries(schema).map(([key, part]) => [key, hoist(part, components)] as const);
  const hoisted: DocumentObject = Object.fromEntries(parts);
  const { title, ...rest } = hoisted;
  if (typeof title !== 'string') return hoisted;
  const known = components.get(title);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(rest)) {
    throw new Error(`two schemas are called ${title}`);
  }
  components.set(title, rest);
  return { $ref: `#/components/schemas/${title}` };
}
