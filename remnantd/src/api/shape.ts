// A resource's shape as one table: a row a field, with the microversions it belongs to, the views it appears in, and the
// policy that may hide it. Compiled once for each (microversion, view, granted gates) into a plain function.

import type { VersionSpan } from '../model/microversion.ts';
import { within } from '../model/microversion.ts';
import type { ReplySchema } from './reply-schema.ts';

/** One field. A value of undefined leaves the field out. */
export interface Field<Row, Context, View extends string, Gate extends string> extends VersionSpan {
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
  readonly from: (row: Row, context: Context) => unknown;
}

/** Turns rows into objects. */
export type Render<Row, Context> = (row: Row, context: Context) => Record<string, unknown>;

/** A shape: its fields, and the compiler for them. */
export interface Shape<Row, Context, View extends string, Gate extends string> {
  readonly fields: readonly Field<Row, Context, View, Gate>[];
  /** The function for this microversion (its N), view, and set of granted gates. */
  render(version: number, view: View, granted: readonly Gate[]): Render<Row, Context>;
}

/** Makes a shape of its table. */
export function shape<Row, Context, View extends string, Gate extends string>(
  fields: readonly Field<Row, Context, View, Gate>[],
): Shape<Row, Context, View, Gate> {
  const compiled = new Map<string, Render<Row, Context>>();
  return {
    fields,
    render: (version, view, granted) => {
      const key = `${version} ${view} ${[...granted].toSorted().join()}`;
      let render = compiled.get(key);
      if (render === undefined) {
        const shown = fields.filter((field) => isShown(field, version, view, granted));
        render = (row, context) => {
          const object: Record<string, unknown> = {};
          for (const field of shown) object[field.name] = field.from(row, context);
          return object;
        };
        compiled.set(key, render);
      }
      return render;
    },
  };
}

function isShown<Row, Context, View extends string, Gate extends string>(
  field: Field<Row, Context, View, Gate>,
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
