import { expect, test } from 'vitest';
import { entries, pages } from './pages.ts';

interface Page {
  readonly things: readonly number[];
  readonly [links: string]: unknown;
}

/** A list of these pages; remembers the queries it was asked with. */
function list(...given: readonly Page[]) {
  const asked: object[] = [];
  const method = (query: { limit?: number }) => {
    asked.push(query);
    return Promise.resolve(given[asked.length - 1] ?? { things: [] });
  };
  return { asked, method };
}

async function all<T>(of: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = [];
  for await (const one of of) got.push(one);
  return got;
}

test.each([
  ["Nova's list", { things_links: [{ rel: 'next', href: 'http://x/v2.1/things?limit=2&marker=b&tag=p&tag=q' }] }],
  ["Nova's actions", { links: [{ rel: 'self' }, { rel: 'next', href: '/things?limit=2&marker=b&tag=p&tag=q' }] }],
  ["Keystone's list", { links: { self: '/', next: '/v3/things?limit=2&marker=b&tag=p&tag=q' } }],
  ["Glance's list", { next: '/v2/things?limit=2&marker=b&tag=p&tag=q' }],
])('%s: every page, asked for as the link says', async (_what, link) => {
  const { asked, method } = list({ things: [1, 2], ...link }, { things: [3] });
  expect(await all(entries(method, { limit: 2 }, (page) => page.things))).toEqual([1, 2, 3]);
  expect(asked).toEqual([{ limit: 2 }, { limit: '2', marker: 'b', tag: ['p', 'q'] }]);
});

test.each([{}, { links: { next: null } }, { things_links: [] }, { next: null }])(
  '%j is the last page',
  async (link) => {
    expect(await all(pages(list({ things: [1], ...link }).method, {}))).toHaveLength(1);
  },
);

test('a page is asked for when it is wanted, not before', async () => {
  const next = { next: '/x?marker=1' };
  const { asked, method } = list({ things: [1], ...next }, { things: [2] });
  for await (const page of pages(method, {})) {
    expect(page.things).toEqual([1]);
    break;
  }
  expect(asked).toHaveLength(1);
});

test('a service that sends in circles is told, not followed for ever', async () => {
  const page = { things: [1], next: '/x?marker=1' };
  await expect(all(pages(list(page, page, page).method, {}))).rejects.toThrow('is that page again');
});
