// The right of a check: text with `%(key)s` where the target's value goes, as Python's `%` fills it in.
// Only `%(key)s` and `%%` exist; anything else after a `%` is refused when the rule is read.

import type { JsonValue } from '../lib/json.ts';
import { str } from '../lib/python-repr.ts';

/** Fixed text and keys of the target, in order; two pieces of text never follow each other. */
export type Template = readonly (string | { readonly key: string })[];

/** What a rule is evaluated against: attributes of the thing asked for. Absent is not the same as null. */
export type Target = { readonly [key: string]: JsonValue | undefined };

/** Reads a template; answers the offset of the first `%` that makes no sense instead, if there is one. */
export function parseTemplate(text: string): Template | { readonly wrongAt: number } {
  const parts: (string | { key: string })[] = [];
  let fixed = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '%') {
      fixed += text[at];
    } else if (text[at + 1] === '%') {
      fixed += '%';
      at += 1;
    } else {
      const key = /^%\(([^()]*)\)s/.exec(text.slice(at));
      if (key === null) return { wrongAt: at };
      if (fixed !== '') parts.push(fixed);
      fixed = '';
      parts.push({ key: key[1] ?? '' });
      at += key[0].length - 1;
    }
  }
  if (fixed !== '') parts.push(fixed);
  return parts;
}

/** The template as it is written in a rule. */
export function printTemplate(template: Template): string {
  return template.map((part) => (typeof part === 'string' ? part.replaceAll('%', '%%') : `%(${part.key})s`)).join('');
}

/** A function that fills in the template from a target, or gives null if the target lacks a key. */
export function compileTemplate(template: Template): (target: Target) => string | null {
  const [first, second] = template;
  if (first === undefined) return () => '';
  if (second === undefined) {
    return typeof first === 'string' ? () => first : (target) => valueOf(target, first.key);
  }
  return (target) => {
    let text = '';
    for (const part of template) {
      const piece = typeof part === 'string' ? part : valueOf(target, part.key);
      if (piece === null) return null;
      text += piece;
    }
    return text;
  };
}

function valueOf(target: Target, key: string): string | null {
  const value = Object.hasOwn(target, key) ? target[key] : undefined;
  return value === undefined ? null : str(value);
}
