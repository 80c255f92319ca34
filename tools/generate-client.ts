// The client's generated half out of the OpenAPI document alone: types.ts (what goes in and out) and operations.ts (one
// method an operation, by noun and verb of its id).

import type { JsonSchema } from './generate-types.ts';
import { docLine, propertyName, typeOf } from './generate-types.ts';

/** The document, as far as this file looks into it. */
export interface ApiDocument {
  readonly 'x-microversions': { readonly min: string; readonly max: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Endpoint>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

interface Content {
  readonly content?: {
    readonly 'application/json'?: { readonly schema: JsonSchema };
    readonly 'application/octet-stream'?: object;
  };
}

interface Endpoint {
  readonly operationId: string;
  readonly summary: string;
  readonly 'x-remnant-root': string;
  readonly 'x-since'?: string;
  readonly security?: readonly object[];
  readonly 'x-remnant-action'?: readonly {
    readonly id: string;
    readonly action: string;
    readonly summary: string;
    readonly 'x-since'?: string;
    readonly body: JsonSchema;
    readonly reply?: JsonSchema;
  }[];
  readonly parameters: readonly { readonly name?: string; readonly in?: string; readonly schema?: JsonSchema }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: JsonSchema } } };
  readonly responses: Readonly<Record<string, Content>>;
}

/** One method of the client. */
interface Method {
  readonly id: string;
  readonly summary: string;
  readonly service: string;
  readonly verb: string;
  readonly path: string;
  /** Below what: the service's endpoint without. */
  readonly from: 'version' | 'root' | null;
  /** True for one that wants no token. */
  readonly open: boolean;
  readonly action: string | null;
  readonly since: string | null;
  readonly params: readonly string[];
  readonly query: readonly { readonly name: string; readonly schema: JsonSchema }[];
  readonly body: JsonSchema | null;
  readonly reply: JsonSchema | null;
  /** True for an answer that is plain bytes. */
  readonly bytes: boolean;
}

interface Place {
  readonly service: string;
  readonly path: string;
  readonly from: 'version' | 'root' | null;
}

/** The catalogue's service type, and where the operations of a root stand in the document. */
const SERVICES: Readonly<Record<string, { readonly service: string; readonly prefix: string }>> = {
  compute: { service: 'compute', prefix: '/v2.1' },
  identity: { service: 'identity', prefix: '/identity/v3' },
  image: { service: 'image', prefix: '/image/v2' },
  remnant: { service: 'crash-dump', prefix: '/remnant/v1' },
};
/** Version documents above the services' versions, by their path in the document. */
const ABOVE: Readonly<Record<string, string>> = { '/': 'compute', '/identity': 'identity', '/image': 'image' };
/** Header parameters, which the document does not tell: the token that is spoken of. */
const SUBJECT: ReadonlySet<string> = new Set(['tokens.show', 'tokens.check', 'tokens.revoke']);
/** Answers with a token in its head. */
const ISSUES = 'tokens.issue';

const HEAD = (what: string) => `// Generated from openapi/remnant.json by tools/generate.ts; do not edit. ${what}\n\n`;

/** The generated files, by name. */
export function clientFiles(document: ApiDocument): Map<string, string> {
  const methods = methodsOf(document);
  return new Map([
    ['types.ts', typesFile(document, methods)],
    ['operations.ts', operationsFile(methods)],
  ]);
}

function methodsOf(document: ApiDocument): Method[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([verb, endpoint]): Method[] => {
      const common = {
        ...placeOf(path, endpoint['x-remnant-root']),
        verb: verb.toUpperCase(),
        open: endpoint.security?.length === 0,
        params: named(endpoint, 'path').map((one) => one.name),
        query: named(endpoint, 'query'),
      };
      const actions = endpoint['x-remnant-action'];
      if (actions !== undefined) {
        return actions.map((action) => ({
          ...common,
          id: action.id,
          summary: action.summary,
          action: action.action,
          since: action['x-since'] ?? null,
          body: saysNothing(action.body) ? null : action.body,
          reply: action.reply ?? null,
          bytes: false,
        }));
      }
      const [reply] = Object.entries(endpoint.responses).flatMap(([status, response]) =>
        Number(status) < 300 ? [response.content?.['application/json']?.schema ?? null] : [],
      );
      return [
        {
          ...common,
          id: endpoint.operationId,
          summary: endpoint.summary,
          action: null,
          since: endpoint['x-since'] ?? null,
          body: endpoint.requestBody?.content['application/json'].schema ?? null,
          reply: reply ?? null,
          bytes: endpoint.responses['200']?.content?.['application/octet-stream'] !== undefined,
        },
      ];
    }),
  );
}

/** Where a path of the document is for who knows the services' endpoints. Throws for a root that is not known here. */
function placeOf(path: string, root: string): Place {
  const above = ABOVE[path];
  if (root === 'versions' && above !== undefined)
    return { service: above, path: path === '/' ? '/' : '', from: 'root' };
  const place = SERVICES[root];
  if (place === undefined) throw new Error(`${path}: the client knows no root ${root}`);
  const below = path.slice(place.prefix.length);
  if (below === '') return { service: place.service, path: '/', from: 'version' };
  // Glance's endpoint has no version in it, or has.
  return root === 'image'
    ? { service: place.service, path: `/v2${below}`, from: 'root' }
    : { service: place.service, path: below, from: null };
}

/** True for an action whose argument is null, or is not looked at. */
function saysNothing(schema: JsonSchema): boolean {
  return schema['type'] === 'null' || Object.keys(schema).every((key) => key.startsWith('x-'));
}

function named(endpoint: Endpoint, where: string): { name: string; schema: JsonSchema }[] {
  return endpoint.parameters.flatMap((one) =>
    one.in === where && one.name !== undefined ? [{ name: one.name, schema: one.schema ?? {} }] : [],
  );
}

function typesFile(document: ApiDocument, methods: readonly Method[]): string {
  const { min, max } = document['x-microversions'];
  const parts = [
    `/** The microversions the daemon of this client speaks; types are those of \`max\`. */\nexport const MICROVERSIONS = { min: '${min}', max: '${max}' } as const;\n`,
  ];
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    const doc = docLine(typeof schema['description'] === 'string' ? schema['description'] : `A ${name} of the API.`);
    parts.push(`${doc}export type ${name} = ${typeOf(schema)};\n`);
  }
  for (const method of methods) {
    const name = typeName(method.id);
    if (method.query.length > 0) {
      const lines = method.query.map(({ name: key }) => `  readonly ${propertyName(key)}?: QueryValue;\n`);
      parts.push(`/** The query of ${method.id}. */\nexport type ${name}Query = {\n${lines.join('')}};\n`);
    }
    if (method.body !== null) {
      parts.push(`/** The body of ${method.id}. */\nexport type ${name}Body = ${typeOf(method.body)};\n`);
    }
    if (method.reply !== null) {
      parts.push(`/** The answer of ${method.id}. */\nexport type ${name}Reply = ${typeOf(method.reply)};\n`);
    }
  }
  const value =
    '/** A query parameter: one value, or several. */\nexport type QueryValue = string | number | boolean | readonly (string | number | boolean)[];\n';
  return HEAD('What goes in and out.') + [value, ...parts].join('\n');
}

function operationsFile(methods: readonly Method[]): string {
  const nouns = Map.groupBy(methods, (method) => method.id.split('.')[0] ?? method.id);
  const types = methods.flatMap((method) => [
    ...(method.body === null ? [] : [`${typeName(method.id)}Body`]),
    ...(method.query.length === 0 ? [] : [`${typeName(method.id)}Query`]),
    ...(method.reply === null ? [] : [`${typeName(method.id)}Reply`]),
  ]);
  const groups = [...nouns].map(([noun, members]) => {
    const lines = members.map(methodText);
    return `    /** Operations \`${noun}.*\`. */\n    ${camel(noun)}: {\n${lines.join('')}    },\n`;
  });
  return (
    HEAD('One method an operation.') +
    "import type { CallOptions, Download, DownloadOptions, Issued, Receipt, Transport } from '../transport.ts';\n" +
    `import type {\n${types.map((name) => `  ${name},\n`).join('')}} from './types.ts';\n\n` +
    '/** The methods, by noun and verb as in the operation ids. */\n' +
    `export function operations(transport: Transport) {\n  return {\n${groups.join('')}  };\n}\n`
  );
}

function methodText(method: Method): string {
  const verb = camel(method.id.split('.').slice(1).join('-'));
  const name = typeName(method.id);
  const path = method.path.replaceAll(/\{(\w+)\}/g, (_, param: string) => `\${encodeURIComponent(${camel(param)})}`);
  const since = method.since === null ? '' : ` (since ${method.since})`;
  const call = [
    `id: '${method.id}'`,
    `service: '${method.service}'`,
    `method: '${method.verb}'`,
    `path: \`${path}\``,
    ...(method.from === null ? [] : [`from: '${method.from}'`]),
    ...(method.open ? ['open: true'] : []),
    ...(SUBJECT.has(method.id) ? ["headers: { 'x-subject-token': subjectToken }"] : []),
    ...(method.since === null ? [] : [`since: '${method.since}'`]),
    ...(method.query.length === 0 ? [] : ['query']),
    ...(method.action === null
      ? method.body === null
        ? []
        : ['body']
      : [`body: { ${propertyName(method.action)}: ${method.body === null ? 'null' : 'body'} }`]),
  ];
  const args = [
    ...method.params.map((param) => `${camel(param)}: string`),
    ...(SUBJECT.has(method.id) ? ['subjectToken: string'] : []),
    ...(method.body === null ? [] : [`body: ${name}Body${mayBeNull(method.body) ? ' = null' : ''}`]),
    ...(method.query.length === 0 ? [] : [`query: ${name}Query = {}`]),
    `options: ${method.bytes ? 'Download' : 'Call'}Options = {}`,
  ];
  const reply = method.reply === null ? null : `${name}Reply`;
  const [send, result] = sending(method, reply);
  return (
    docLine(`${method.summary}${since}.`, '      ') +
    `      ${verb}: (${args.join(', ')}): Promise<${result}> =>\n        ${send}({ ${call.join(', ')} }, options),\n`
  );
}

/** How a method asks, and what it gives. A version document has no schema: it is given as it is. */
function sending(method: Method, reply: string | null): readonly [send: string, result: string] {
  if (method.bytes) return ['transport.open', 'Download'];
  if (reply !== null && method.id === ISSUES) return [`transport.issue<${reply}>`, `${reply} & Issued`];
  if (reply !== null && method.action !== null) return [`transport.act<${reply}>`, `${reply} & Receipt`];
  if (reply !== null) return [`transport.ask<${reply}>`, reply];
  return method.verb === 'GET' ? ['transport.ask<unknown>', 'unknown'] : ['transport.send', 'Receipt'];
}

function mayBeNull(schema: JsonSchema): boolean {
  const type = schema['type'];
  return type === 'null' || (Array.isArray(type) && type.includes('null'));
}

function camel(words: string): string {
  return words.replaceAll(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase());
}

function typeName(id: string): string {
  return id
    .split(/[.-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
