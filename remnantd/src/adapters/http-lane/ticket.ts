// The ticket of a lane over HTTP: where the room is, and the one-time token that opens it. The token stands behind the `#` of
// the URL, which no client sends: it travels in a header of its own, where no proxy and no log writes it down.

/** What a ticket says. */
export interface Place {
  readonly url: URL;
  /** A secret. */
  readonly token: string;
}

/** The header that a token travels in. */
export const TOKEN_HEADER = 'x-remnant-ticket';

/** The ticket of the room `id` of the process that is reached at `base`. */
export function ticketOf(base: string, id: string, token: string): string {
  return `${base}/lane/${id}#${token}`;
}

/** The room that a request's path names; null when it names none. */
export function roomOfPath(path: string): string | null {
  return /^\/lane\/([\w-]{1,64})$/.exec(path)?.[1] ?? null;
}

/** What a ticket says; null for one that is of no http or https, has no token, or carries a user's name. */
export function placeOf(ticket: string): Place | null {
  if (!URL.canParse(ticket)) return null;
  const url = new URL(ticket);
  const token = url.hash.slice(1);
  const known = url.protocol === 'http:' || url.protocol === 'https:';
  if (!known || !/^[\w-]{1,128}$/.test(token) || url.username !== '' || url.password !== '') return null;
  url.hash = '';
  return { url, token };
}
