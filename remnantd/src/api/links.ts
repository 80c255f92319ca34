// Links in answers: Nova's `self` carries the version and, where the request did, the project; `bookmark` no version.

/** Where the links of one answer begin. */
export interface LinkBase {
  /** Scheme, host and port, e.g. `http://127.0.0.1:8774`. */
  readonly origin: string;
  /** `/v2.1`, or `/v2` for a request that came that way. */
  readonly version: string;
  /** `/` and the project id when the request's URL had one, else empty. */
  readonly project: string;
}

/** A resource's `self` and `bookmark`. */
export function resourceLinks(base: LinkBase, path: string): { rel: string; href: string }[] {
  return [
    { rel: 'self', href: `${base.origin}${base.version}${base.project}/${path}` },
    { rel: 'bookmark', href: bookmark(base, path) },
  ];
}

/** A resource's address without a version. */
export function bookmark(base: LinkBase, path: string): string {
  return `${base.origin}${base.project}/${path}`;
}

/** The link to the next page: the same query, sorted, each parameter once, with another marker; as Nova writes it. */
export function nextLink(
  base: LinkBase,
  path: string,
  query: Readonly<Record<string, readonly string[]>>,
  marker: string,
): { rel: 'next'; href: string } {
  const names = Object.keys(query).toSorted();
  const parameters = new Map(names.map((name) => [name, query[name]?.toSorted().at(-1) ?? '']));
  parameters.set('marker', marker);
  return {
    rel: 'next',
    href: `${base.origin}${base.version}${base.project}/${path}?${new URLSearchParams([...parameters]).toString()}`,
  };
}
