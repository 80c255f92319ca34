// How a request shows Ironic who asks: not at all, by user and password (Ironic's http_basic), or by a token of Keystone.
// Invariant: no message has a secret in it.

/** What shows who asks. */
export interface IronicAuth {
  /** The headers of the next request. Throws Error in words for an operator. */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** Ironic refused what `headers` last gave: get it anew. */
  refused(): void;
}

/** Where a token of Keystone comes from, and is given back to when it is refused. */
export interface IronicTokens {
  get(): Promise<string>;
  drop(token: string): void;
}

/** Ironic's `auth_strategy = noauth`. */
export function noAuth(): IronicAuth {
  return { headers: async () => ({}), refused: () => {} };
}

/** Ironic's `auth_strategy = http_basic`. `password` is read when first needed, and anew once it was refused. */
export function basicAuth(user: string, password: () => string): IronicAuth {
  let held: string | null = null;
  return {
    headers: async () => {
      held ??= Buffer.from(`${user}:${password()}`, 'utf8').toString('base64');
      return { authorization: `Basic ${held}` };
    },
    refused: () => {
      held = null;
    },
  };
}

/** Ironic's `auth_strategy = keystone`. */
export function tokenAuth(tokens: IronicTokens): IronicAuth {
  let last: string | null = null;
  return {
    headers: async () => {
      last = await tokens.get();
      return { 'x-auth-token': last };
    },
    refused: () => {
      if (last !== null) tokens.drop(last);
      last = null;
    },
  };
}
