// Lists that come in pages, as one: each answer's link to the next page is followed until there is none.

import { RemnantConnectionError } from './errors.ts';
import type { QueryValue } from './generated/types.ts';
import type { CallOptions } from './transport.ts';

/** A method of the client that answers with a page. */
export type PageMethod<Q, R> = (query: Q, options?: CallOptions) => Promise<R>;

interface Link {
  readonly rel?: string;
  readonly href?: string;
}

/**
 * The pages of a list, one after the other: `pages(client.servers.detail, { status: 'ACTIVE' })`. Each is asked for when
 * it is wanted. A method that also takes an id is wrapped: `pages((query) => client.osInstanceActions.list(id, query))`.
 * Throws what the method throws, and RemnantConnectionError for a service whose next page is the same one again.
 */
export async function* pages<Q extends object, R extends object>(
  method: PageMethod<Q, R>,
  query: NoInfer<Q>,
  options: CallOptions = {},
): AsyncGenerator<R, void, undefined> {
  let asked: object = query;
  for (let last = ''; ; ) {
    // oxlint-disable-next-line no-await-in-loop
    const page = await method(asked as Q, options);
    yield page;
    const next = nextLink(page);
    if (next === null) return;
    if (next === last) throw new RemnantConnectionError(`the next page of ${next} is that page again`);
    last = next;
    asked = queryOf(next);
  }
}

/** All entries of such a list: `entries(client.servers.detail, {}, (page) => page.servers)`. */
export async function* entries<Q extends object, R extends object, T>(
  method: PageMethod<Q, R>,
  query: NoInfer<Q>,
  of: (page: R) => readonly T[],
  options: CallOptions = {},
): AsyncGenerator<T, void, undefined> {
  for await (const page of pages(method, query, options)) yield* of(page);
}

/** Nova's `x_links` (and `links` of actions), Glance's `next`, or Keystone's `links.next`. */
function nextLink(page: object): string | null {
  for (const [key, value] of Object.entries(page) as [string, unknown][]) {
    if (key === 'next' && typeof value === 'string') return value;
    if (!/(^|_)links$/.test(key) || typeof value !== 'object' || value === null) continue;
    const next = Array.isArray(value)
      ? (value as Link[]).find((link) => link.rel === 'next')?.href
      : (value as { next?: unknown }).next;
    if (typeof next === 'string') return next;
  }
  return null;
}

/** What a link asks for; a parameter that stands there several times is a list. */
function queryOf(link: string): Record<string, QueryValue> {
  const { searchParams } = new URL(link, 'http://x');
  return Object.fromEntries(
    [...new Set(searchParams.keys())].map((key) => {
      const [one = '', ...more] = searchParams.getAll(key);
      return [key, more.length === 0 ? one : [one, ...more]];
    }),
  );
}
