// A token that Remnant itself holds at a Keystone, for a service beside it (a Glance, an Ironic): signed in for with a password
// out of a file, when one is first needed.

import { httpCaller } from '../adapters/keystone/http-call.ts';
import { KeystoneClient } from '../adapters/keystone/keystone-client.ts';
import { OwnToken } from '../adapters/keystone/own-token.ts';
import { keystoneRoot } from '../config/keystone.ts';
import type { SignIn } from '../config/sign-in.ts';
import { readPasswordFile } from '../lib/password-file.ts';
import type { Clock } from '../ports/clock.ts';

/** A token that is asked for when it is needed. */
export interface ServiceToken {
  /** One that is good, as far as is known. Throws Error in words for an operator. */
  get(): Promise<string>;
  /** It was refused. */
  drop(token: string): void;
  close(): void;
}

/** The token of this user; an answer of Keystone may take `timeoutMs`. */
export function serviceToken(user: SignIn, clock: Clock, timeoutMs: number, ca: Buffer | null): ServiceToken {
  const http = httpCaller({ clock, timeoutMs, connections: 1, ca });
  const client = new KeystoneClient({ clock, http, url: keystoneRoot(user) });
  const { user: name, user_domain: domain, project, project_domain: projectDomain } = user;
  const signIn = async () =>
    client.signIn({ name, domain, project, projectDomain }, readPasswordFile(user.password_file));
  const own = new OwnToken({ clock, signIn });
  return { get: () => own.get(), drop: (secret) => own.drop(secret), close: () => http.close() };
}
