// Signing in to the built-in identity through the front, as a client does.

import type { Answer } from './http-client.ts';
import type { TestRemnant } from './open-remnant.ts';

const DEFAULT = { id: 'default' };

/** The credential of a name and a password. */
export function byPassword(user: string, password: string): object {
  return { methods: ['password'], password: { user: { name: user, domain: DEFAULT, password } } };
}

/** The credential of a token. */
export function byToken(id: string): object {
  return { methods: ['token'], token: { id } };
}

/** The scope of a project, by its name. */
export function inProject(name: string): object {
  return { project: { name, domain: DEFAULT } };
}

/** The system's scope. */
export const SYSTEM = { system: { all: true } } as const;

/** Asks for a token. `from`: the client's address. */
export async function signIn(
  remnant: TestRemnant,
  identity: object,
  scope?: unknown,
  from = '127.0.0.1',
): Promise<Answer> {
  const auth = scope === undefined ? { identity } : { identity, scope };
  const reply = await remnant.http.inject({
    method: 'POST',
    url: '/identity/v3/auth/tokens',
    remoteAddress: from,
    payload: { auth },
  });
  const body = JSON.parse(reply.payload) as Answer['body'];
  const headers = Object.entries(reply.headers).map(([name, value]) => [name, String(value)]);
  return {
    status: reply.statusCode,
    headers: Object.fromEntries(headers) as Answer['headers'],
    body,
    message: body['error']?.['message'] ?? '',
  };
}

/** A token that must be had. */
export async function tokenOf(remnant: TestRemnant, identity: object, scope?: unknown): Promise<string> {
  const answer = await signIn(remnant, identity, scope);
  if (answer.status !== 201) throw new Error(`no token: ${answer.status} ${answer.message}`);
  return answer.headers['x-subject-token'] ?? '';
}

/** Everything a test does as one caller: requests below /identity/v3 with that token. */
export function asCaller(remnant: TestRemnant, token: string) {
  return (method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<Answer> =>
    remnant.ask({ method, path: `/identity/v3${path}`, token, ...(body === undefined ? {} : { body }) });
}

/** True if the token is still good for anything. */
export async function isGood(remnant: TestRemnant, token: string): Promise<boolean> {
  const answer = await remnant.ask({ path: '/identity/v3/auth/projects', token });
  return answer.status === 200;
}
