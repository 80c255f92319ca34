// The fields of a JSON schema as rows of a table: names as paths, types and bounds in a few words.

/** One field; `span` and `doc` are empty where nothing is said. */
export interface SchemaField {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly span: string;
  readonly doc: string;
}

type Schema = Readonly<Record<string, unknown>>;
const DEEPEST = 4;

/** All fields of `schema`, those inside after those they are in; none for one that is no object. */
export function fieldsOf(schema: unknown, prefix = '', depth = 0): SchemaField[] {
  const one = merged(schema);
  if (depth > DEEPEST) return [];
  if (one['items'] !== undefined && prefix !== '') return fieldsOf(one['items'], `${prefix}[]`, depth);
  const required = new Set((one['required'] ?? []) as readonly string[]);
  return Object.entries(one['properties'] ?? {}).flatMap(([key, field]: [string, unknown]) => {
    const { 'x-since': since, 'x-until': until, description } = merged(field);
    const name = prefix === '' ? key : `${prefix}.${key}`;
    const row = {
      name,
      type: typeText(merged(field)),
      required: required.has(key),
      since: text(since),
      until: text(until),
      span: [since === undefined ? '' : `since ${text(since)}`, until === undefined ? '' : `until ${text(until)}`]
        .filter((part) => part !== '')
        .join(', '),
      doc: text(description) ?? '',
    };
    return [row, ...fieldsOf(field, name, depth + 1)];
  });
}

/** `schema`, or the one it wraps in `allOf` to say more of it. */
function merged(schema: unknown): Schema {
  const one = (typeof schema === 'object' && schema !== null ? schema : {}) as Schema;
  const [inner, ...more] = (one['allOf'] ?? []) as readonly Schema[];
  return inner !== undefined && more.length === 0 ? { ...inner, ...one } : one;
}

function typeText(schema: Schema): string {
  const { enum: values, anyOf, oneOf, type, items } = schema;
  if (Array.isArray(values))
    return values.length > 12 ? loose(values) : values.map((one) => JSON.stringify(one)).join(', ');
  const choices = (anyOf ?? oneOf) as readonly unknown[] | undefined;
  if (choices !== undefined) return [...new Set(choices.map((one) => typeText(merged(one))))].join(' or ');
  const types = type === undefined ? ['anything'] : ([type].flat() as string[]);
  const words = types.map((one) =>
    one === 'array' ? `list of ${items === undefined ? 'anything' : typeText(merged(items))}` : one,
  );
  return [words.join(' or '), bounds(schema)].filter((part) => part !== '').join(', ');
}

function loose(values: readonly unknown[]): string {
  return values.includes('TRUE') ? 'boolean, or a word for one' : `one of ${values.length}: ${values.join(', ')}`;
}

function bounds({ minLength, maxLength, minimum, maximum, format, maxItems }: Schema): string {
  const between = (low: unknown, high: unknown, unit: string) => {
    if (low === undefined && high === undefined) return [];
    if (high === undefined) return [`at least ${text(low)}${unit}`];
    return [low === undefined ? `at most ${text(high)}${unit}` : `${text(low)} to ${text(high)}${unit}`];
  };
  return [
    ...between(minLength, maxLength, ' characters'),
    ...between(minimum, maximum, ''),
    ...between(undefined, maxItems, ' of them'),
    ...(format === undefined ? [] : [text(format) ?? '']),
  ].join(', ');
}

function text(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}
