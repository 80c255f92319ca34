// The parameters of a URL's query. Nova's web framework takes a semicolon for an ampersand, and no bytes that are no UTF-8.

import { isUtf8 } from 'node:buffer';
import { fault } from '../model/faults.ts';

/** Every parameter with its values in order. `nova`: as Nova reads it. */
export function readQuery(url: string, { nova }: { readonly nova: boolean }): Record<string, string[]> {
  const query: Record<string, string[]> = {};
  const written = textOf(url);
  for (const [name, value] of new URLSearchParams(nova ? written.replaceAll(';', '&') : written)) {
    if (Object.hasOwn(query, name)) query[name]?.push(value);
    else Object.defineProperty(query, name, { value: [value], enumerable: true, writable: true, configurable: true });
  }
  return query;
}

/** Throws fault bad-request for a query whose bytes are no text. */
export function requireUtf8(url: string): void {
  const written = textOf(url);
  if (!written.includes('%')) return;
  const bytes = written.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );
  if (isUtf8(Buffer.from(bytes, 'latin1'))) return;
  throw fault('bad-request', { message: 'Query string is not UTF-8 encoded' });
}

function textOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}
