// What an answer looks like, for the OpenAPI document and the client made of it: schemas written beside the fields they
// describe. Nothing checks an answer against them at run time.

import { MICROVERSIONS, minor, within } from '../model/microversion.ts';
import type { Shape } from './shape.ts';

/** A JSON schema of an answer. One with a `title` becomes a component of that name. */
export type ReplySchema = Readonly<Record<string, unknown>>;

/** Any text. */
export const STRING: ReplySchema = { type: 'string' };
/** Text or nothing. */
export const STRING_OR_NULL: ReplySchema = { type: ['string', 'null'] };
/** A whole number. */
export const INTEGER: ReplySchema = { type: 'integer' };
/** A whole number, or nothing. */
export const INTEGER_OR_NULL: ReplySchema = { type: ['integer', 'null'] };
/** True or false. */
export const FLAG: ReplySchema = { type: 'boolean' };
/** A time, as Nova writes one: UTC, with or without the final Z. */
export const MOMENT: ReplySchema = { type: 'string', description: 'UTC' };
/** A time, or nothing when it has not come. */
export const MOMENT_OR_NULL: ReplySchema = { type: ['string', 'null'], description: 'UTC' };
/** Texts by name. */
export const STRINGS_BY_NAME: ReplySchema = { type: 'object', additionalProperties: STRING };

/** A list of `items`. */
export function listOf(items: ReplySchema): ReplySchema {
  return { type: 'array', items };
}

/** An object with all of `properties`, and perhaps some of `maybe`. */
export function objectOf(
  properties: Readonly<Record<string, ReplySchema>>,
  maybe: Readonly<Record<string, ReplySchema>> = {},
): ReplySchema {
  return { type: 'object', properties: { ...properties, ...maybe }, required: Object.keys(properties) };
}

/** `schema` as a component called `title`. */
export function titled(title: string, schema: ReplySchema): ReplySchema {
  return { title, ...schema };
}

/** Links of a resource or a page. */
export const LINKS: ReplySchema = listOf(titled('Link', objectOf({ rel: STRING, href: STRING }, { type: STRING })));

/** What `view` of a shape looks like at the highest microversion; fields that ended before say so with x-until. */
export function shownAs<View extends string>(
  title: string,
  { fields }: Pick<Shape<never, never, View, string, never>, 'fields'>,
  view: View,
): ReplySchema {
  const highest = minor(MICROVERSIONS.max);
  const properties: Record<string, ReplySchema> = {};
  const required = new Set<string>();
  for (const field of fields) {
    if (field.in !== undefined && !field.in.includes(view)) continue;
    const now = within(highest, field);
    if (!now && properties[field.name] !== undefined) continue;
    const always = now && field.gate === undefined && field.sometimes !== true;
    if (always) required.add(field.name);
    // A component says nothing of where it is used.
    const type = field.type?.['title'] === undefined ? field.type : { allOf: [field.type] };
    properties[field.name] = {
      ...type,
      description: field.doc,
      ...(field.since === undefined ? {} : { 'x-since': field.since }),
      ...(field.until === undefined ? {} : { 'x-until': field.until }),
    };
  }
  return { title, type: 'object', properties, required: [...required] };
}
