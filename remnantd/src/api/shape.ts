// A resource's shape as one table: a row a field, with the microversions it belongs to, the views it appears in, and the
// policy that may hide it. Compiled once for each (microversion, view, granted gates) into a plain function to objects, and
// into one to JSON text that can be kept as long as the row stays what it is.

import { asciiJson } from '../lib/ascii-json.ts';
import type { VersionSpan } from '../model/microversion.ts';
import { within } from '../model/microversion.ts';
import type { ReplySchema } from './reply-schema.ts';

interface FieldWords<View extends string, Gate extends string> extends VersionSpan {
  readonly name: string;
  /** The views it appears in; all without. */
  readonly in?: readonly View[];
  /** The gates of which one must be granted; none without. */
  readonly gate?: Gate | readonly Gate[];
  /** The type of its value, for the OpenAPI document. */
  readonly type?: ReplySchema;
  /** True for a field that is left out of some rows. */
  readonly sometimes?: true;
  /** What it is, for the reference. */
  readonly doc: string;
}

/**
 * One field: `from` the row and the reader's context, or `live`, from what stands in no row and may be another at the next
 * request. A value of undefined leaves the field out.
 */
export type Field<
  Row,
  Context,
  View extends string,
  Gate extends string,
  Now extends readonly unknown[] = [],
> = FieldWords<View, Gate> &
  (
    | { readonly from: (row: Row, context: Context) => unknown; readonly live?: never }
    | { readonly live: (...now: Now) => unknown; readonly from?: never }
  );

/** Turns rows into objects. */
export type Render<Row, Context, Now extends readonly unknown[] = []> = (
  row: Row,
  context: Context,
  ...now: Now
) => Record<string, unknown>;

/** A row's JSON in ASCII, in two parts: what is live stands between them. */
export interface RowText {
  readonly before: string;
  readonly after: string;
}

/** Turns rows into JSON text: `before`, then `live`, then `after`. */
export interface TextRender<Row, Context, Now extends readonly unknown[] = []> {
  /** Another number for every other set of fields. */
  readonly id: number;
  /** The part that is good until the row or the context changes. */
  keep(row: Row, context: Context): RowText;
  /** The part of this moment; it may be empty. */
  live(...now: Now): string;
}

/** A shape: its fields, and the compilers for them. */
export interface Shape<Row, Context, View extends string, Gate extends string, Now extends readonly unknown[] = []> {
  readonly fields: readonly Field<Row, Context, View, Gate, Now>[];
  /** The function for this microversion (its N), view, and set of granted gates. */
  render(version: number, view: View, granted: readonly Gate[]): Render<Row, Context, Now>;
  /** The same to text. */
  text(version: number, view: View, granted: readonly Gate[]): TextRender<Row, Context, Now>;
}

/** Makes a shape of its table. */
export function shape<Row, Context, View extends string, Gate extends string, Now extends readonly unknown[] = []>(
  fields: readonly Field<Row, Context, View, Gate, Now>[],
): Shape<Row, Context, View, Gate, Now> {
  const renders = new Map<string, Render<Row, Context, Now>>();
  const texts = new Map<string, TextRender<Row, Context, Now>>();
  const textsByFields = new Map<string, TextRender<Row, Context, Now>>();
  const shownIn = (version: number, view: View, granted: readonly Gate[]) =>
    fields.filter((field) => isShown(field, version, view, granted));
  return {
    fields,
    render: (version, view, granted) =>
      once(renders, choice(version, view, granted), () => renderOf(shownIn(version, view, granted))),
    text: (version, view, granted) =>
      once(texts, choice(version, view, granted), () => {
        const shown = shownIn(version, view, granted);
        // Most microversions show what the one before showed: they share their texts.
        const set = shown.map((field) => fields.indexOf(field)).join();
        return once(textsByFields, set, () => textOf(textsByFields.size, shown));
      }),
  };
}

function choice(version: number, view: string, granted: readonly string[]): string {
  return `${version} ${view} ${granted.toSorted().join()}`;
}

function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  let found = made.get(key);
  if (found === undefined) {
    found = make();
    made.set(key, found);
  }
  return found;
}

type AnyField<Row, Context, Now extends readonly unknown[]> = Field<Row, Context, string, string, Now>;

function renderOf<Row, Context, Now extends readonly unknown[]>(
  shown: readonly AnyField<Row, Context, Now>[],
): Render<Row, Context, Now> {
  return (row, context, ...now) => {
    const object: Record<string, unknown> = {};
    for (const field of shown) {
      object[field.name] = field.from === undefined ? field.live(...now) : field.from(row, context);
    }
    return object;
  };
}

function textOf<Row, Context, Now extends readonly unknown[]>(
  id: number,
  shown: readonly AnyField<Row, Context, Now>[],
): TextRender<Row, Context, Now> {
  const at = shown.findIndex((field) => field.from === undefined);
  const rowFields = (some: typeof shown) => (row: Row, context: Context) => {
    const object: Record<string, unknown> = {};
    for (const { name, from } of some) if (from !== undefined) object[name] = from(row, context);
    return asciiJson(object);
  };
  if (at < 0) {
    const whole = rowFields(shown);
    return { id, keep: (row, context) => ({ before: whole(row, context), after: '' }), live: () => '' };
  }
  const field = shown[at];
  if (field?.live === undefined || at === 0 || shown.slice(at + 1).some((other) => other.from === undefined)) {
    throw new Error('a shape shows at most one live field at a time, and never first');
  }
  const first = rowFields(shown.slice(0, at));
  const rest = rowFields(shown.slice(at + 1));
  const { name, live } = field;
  return {
    id,
    keep: (row, context) => {
      const after = rest(row, context);
      return { before: first(row, context).slice(0, -1), after: after === '{}' ? '}' : `,${after.slice(1)}` };
    },
    live: (...now) => {
      const value = live(...now);
      return value === undefined ? '' : `,${asciiJson({ [name]: value }).slice(1, -1)}`;
    },
  };
}

function isShown<View extends string, Gate extends string>(
  field: FieldWords<View, Gate>,
  version: number,
  view: View,
  granted: readonly Gate[],
): boolean {
  if (!within(version, field)) return false;
  if (field.in !== undefined && !field.in.includes(view)) return false;
  if (field.gate === undefined) return true;
  const gates = typeof field.gate === 'string' ? [field.gate] : field.gate;
  return gates.some((gate) => granted.includes(gate));
}
