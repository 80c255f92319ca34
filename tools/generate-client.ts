// The client's generated half out of the OpenAPI document alone: types.ts (what goes in and out) and operations.ts (one
// method an operation). Signing in and looking at versions is the session's business, so those roots have no methods.

import type { JsonSchema } from './generate-types.ts';
import { docLine, propertyName, typeOf } from './generate-types.ts';

/** The document, as far as this file looks into it. */
export interface ApiDocument {
  readonly 'x-microversions': { readonly min: string; readonly max: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Endpoint>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

interface Content {
  readonly content?: { readonly 'application/json': { readonly schema: JsonSchema } };
}

interface Endpoint {
  readonly operationId: string;
  readonly summary: string;
  readonly 'x-remnant-root': string;
  readonly 'x-since'?: string;
  readonly 'x-remnant-action'?: readonly {
    readonly id: string;
    readonly action: string;
    readonly summary: string;
    readonly 'x-since'?: string;
    readonly body: JsonSchema;
    readonly reply?: JsonSchema;
  }[];
  readonly parameters: readonly { readonly name?: string; readonly in?: string; readonly schema?: JsonSchema }[];
  readonly requestBody?: Required<Content>;
  readonly responses: Readonly<Record<string, Content>>;
}

/** One method of the client. */
interface Method {
  readonly id: string;
  readonly summary: string;
  readonly root: string;
  readonly verb: string;
  readonly path: string;
  readonly action: string | null;
  readonly since: string | null;
  readonly params: readonly string[];
  readonly query: readonly { readonly name: string; readonly schema: JsonSchema }[];
  readonly body: JsonSchema | null;
  readonly reply: JsonSchema | null;
}

/** The catalogue's service type and the path below its endpoint, by where a root stands in the document. */
const SERVICES: Readonly<
  Record<string, { readonly service: string; readonly prefix: string; readonly below: string }>
> = {
  compute: { service: 'compute', prefix: '/v2.1', below: '' },
  image: { service: 'image', prefix: '/image/v2', below: '/v2' },
  remnant: { service: 'crash-dump', prefix: '/remnant/v1', below: '' },
};

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
      const place = SERVICES[endpoint['x-remnant-root']];
      if (place === undefined || path === place.prefix) return [];
      const common = {
        root: endpoint['x-remnant-root'],
        verb: verb.toUpperCase(),
        path: place.below + path.slice(place.prefix.length),
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
        }));
      }
      const [reply] = Object.entries(endpoint.responses).flatMap(([status, response]) =>
        Number(status) < 300 ? [response.content?.['application/json'].schema ?? null] : [],
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
        },
      ];
    }),
  );
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
    "import type { CallOptions, Receipt, Transport } from '../transport.ts';\n" +
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
    `service: '${SERVICES[method.root]?.service ?? method.root}'`,
    `method: '${method.verb}'`,
    `path: \`${path}\``,
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
    ...(method.body === null ? [] : [`body: ${name}Body${mayBeNull(method.body) ? ' = null' : ''}`]),
    ...(method.query.length === 0 ? [] : [`query: ${name}Query = {}`]),
    'options: CallOptions = {}',
  ];
  const send = method.reply === null ? 'transport.send' : `transport.ask<${name}Reply>`;
  const result = method.reply === null ? 'Receipt' : `${name}Reply`;
  return (
    docLine(`${method.summary}${since}.`, '      ') +
    `      ${verb}: (${args.join(', ')}): Promise<${result}> =>\n        ${send}({ ${call.join(', ')} }, options),\n`
  );
}

function mayBeNull(schema: JsonSchema): boolean {
  return Array.isArray(schema['type']) && schema['type'].includes('null');
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
