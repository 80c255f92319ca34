// JSON schemas as TypeScript types, for the generated client. Knows the keywords our own documents use; what a type
// cannot say (lengths, patterns) is left out.

/** A JSON schema as it stands in the document. */
export type JsonSchema = { readonly [key: string]: unknown };

const WORDS: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** The type of `schema`, written at `indent` (two spaces a level). Throws for a reference that is no component. */
export function typeOf(schema: JsonSchema, indent = ''): string {
  const ref = schema['$ref'];
  if (typeof ref === 'string') return componentName(ref);
  if ('const' in schema) return JSON.stringify(schema['const']);
  const choices = schema['enum'];
  if (Array.isArray(choices)) return union(choices.map((value) => JSON.stringify(value)));
  const all = schemas(schema['allOf']);
  if (all.length > 0) return all.map((part) => typeOf(part, indent)).join(' & ');
  const any = [...schemas(schema['anyOf']), ...schemas(schema['oneOf'])];
  if (any.length > 0) return union(any.map((part) => typeOf(part, indent)));
  const type = schema['type'];
  if (Array.isArray(type)) return union(type.map((one) => typeOf({ ...schema, type: one as unknown }, indent)));
  if (type === 'array') return listType(schema, indent);
  if (type === 'object') return objectType(schema, indent);
  return (typeof type === 'string' ? WORDS[type] : undefined) ?? 'unknown';
}

/** A doc comment of one line, or none. */
export function docLine(text: string, indent = ''): string {
  return text === '' ? '' : `${indent}/** ${text.replaceAll('*/', '* /')} */\n`;
}

/** `name` as a property's name. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`;
}

function listType(schema: JsonSchema, indent: string): string {
  const item = typeOf((schema['items'] ?? {}) as JsonSchema, indent);
  return item.includes(' | ') || item.includes(' & ') ? `readonly (${item})[]` : `readonly ${item}[]`;
}

function objectType(schema: JsonSchema, indent: string): string {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  if (properties.length === 0) {
    const patterns = Object.values((schema['patternProperties'] ?? {}) as Record<string, JsonSchema>);
    const more = schema['additionalProperties'];
    const values = typeof more === 'object' && more !== null ? [more as JsonSchema, ...patterns] : patterns;
    const value = values.length === 0 ? 'unknown' : union(values.map((one) => typeOf(one, indent)));
    return `Readonly<Record<string, ${value}>>`;
  }
  const required = new Set((schema['required'] ?? []) as readonly string[]);
  const inner = `${indent}  `;
  const lines = properties.map(([name, property]) => {
    const mark = required.has(name) ? '' : '?';
    return `${docLine(docOf(property), inner)}${inner}readonly ${propertyName(name)}${mark}: ${typeOf(property, inner)};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

function docOf(schema: JsonSchema): string {
  const text = typeof schema['description'] === 'string' ? schema['description'] : '';
  const since = typeof schema['x-since'] === 'string' ? `since ${schema['x-since']}` : '';
  const until = typeof schema['x-until'] === 'string' ? `until ${schema['x-until']}` : '';
  const span = [since, until].filter((part) => part !== '').join(', ');
  return span === '' ? text : `${text} (${span})`.trim();
}

function schemas(value: unknown): readonly JsonSchema[] {
  return Array.isArray(value) ? (value as JsonSchema[]) : [];
}

function componentName(ref: string): string {
  const name = /^#\/components\/schemas\/(\w+)$/.exec(ref)?.[1];
  if (name === undefined) throw new Error(`${ref} is no component`);
  return name;
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ');
}
