// How a cloud is described: the form of an entry in clouds.yaml, so that a parsed file can be handed over as it is.

import { RemnantCloudError } from './errors.ts';

/**
 * Who signs in, and to what. With a password: `username` or `user_id`, and `password`. With a token: `token`. With an
 * application credential: its `application_credential_id` and `application_credential_secret`.
 */
export interface CloudAuth {
  readonly auth_url?: string;
  readonly username?: string;
  readonly user_id?: string;
  readonly password?: string;
  readonly token?: string;
  readonly application_credential_id?: string;
  readonly application_credential_secret?: string;
  readonly project_name?: string;
  readonly project_id?: string;
  readonly user_domain_name?: string;
  readonly user_domain_id?: string;
  readonly project_domain_name?: string;
  readonly project_domain_id?: string;
  /** `all` for a token of the whole system. */
  readonly system_scope?: string;
  /** The Compute API's address, for `auth_type: admin_token`: that one does not sign in. */
  readonly endpoint?: string;
}

/** One cloud. */
export interface Cloud {
  readonly auth: CloudAuth;
  /** How to sign in; without, what `auth` holds says it. `admin_token` takes `auth.token` as it is. */
  readonly auth_type?: string;
  readonly region_name?: string;
  /** Which face of the catalogue is used; public without. */
  readonly interface?: string;
  /** Instead of the catalogue's, by service type. */
  readonly endpoint_override?: Readonly<Record<string, string>>;
}

/** True for a cloud whose token is used as it is, without a sign-in. */
export function isTokenAlone(cloud: Cloud): boolean {
  return cloud.auth_type === 'admin_token';
}

/** The identity API: `auth_url` with its version. Throws RemnantCloudError for what is no http(s) URL. */
export function identityUrl({ auth_url: authUrl = '' }: CloudAuth): string {
  const url = URL.parse(authUrl);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new RemnantCloudError(`auth_url "${authUrl}" is not an http(s) URL`);
  const base = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  return base.endsWith('/v3') ? base : `${base}/v3`;
}

/** Keystone's body for signing in. Throws RemnantCloudError when what `auth` holds is not enough for `auth_type`. */
export function signInBody({ auth, auth_type: type }: Cloud): object {
  const identity = identityOf(auth, type ?? kindOf(auth));
  // An application credential has its project in itself.
  return { auth: { identity, ...('application_credential' in identity ? {} : scopeOf(auth)) } };
}

/** True if a new token can be had when the old one is refused. */
export function canRenew(cloud: Cloud): boolean {
  if (isTokenAlone(cloud) || cloud.auth_type?.endsWith('token') === true) return false;
  return cloud.auth.password !== undefined || cloud.auth.application_credential_secret !== undefined;
}

function identityOf(auth: CloudAuth, type: string): object {
  const kind = type.replace(/^v3/, '');
  if (kind === 'password') {
    if (auth.password === undefined) throw new RemnantCloudError('no password to sign in with');
    if (auth.user_id !== undefined) {
      return { methods: ['password'], password: { user: { id: auth.user_id, password: auth.password } } };
    }
    if (auth.username === undefined) throw new RemnantCloudError('no username to sign in with');
    const user = { name: auth.username, domain: domain(auth.user_domain_id, auth.user_domain_name) };
    return { methods: ['password'], password: { user: { ...user, password: auth.password } } };
  }
  if (kind === 'token') {
    if (auth.token === undefined) throw new RemnantCloudError('no token to sign in with');
    return { methods: ['token'], token: { id: auth.token } };
  }
  if (kind === 'applicationcredential') {
    const { application_credential_id: id, application_credential_secret: secret } = auth;
    if (id === undefined || secret === undefined) {
      throw new RemnantCloudError('an application credential is its application_credential_id and _secret');
    }
    return { methods: ['application_credential'], application_credential: { id, secret } };
  }
  throw new RemnantCloudError(
    `auth_type "${type}" is not known here: it is password, token, v3applicationcredential or admin_token`,
  );
}

function kindOf(auth: CloudAuth): string {
  if (auth.password !== undefined) return 'password';
  if (auth.token !== undefined) return 'token';
  if (auth.application_credential_id !== undefined) return 'applicationcredential';
  throw new RemnantCloudError('no password and no token to sign in with');
}

function scopeOf(auth: CloudAuth): object {
  if (auth.system_scope !== undefined) return { scope: { system: { all: true } } };
  if (auth.project_id !== undefined) return { scope: { project: { id: auth.project_id } } };
  if (auth.project_name === undefined) return {};
  const project = { name: auth.project_name, domain: domain(auth.project_domain_id, auth.project_domain_name) };
  return { scope: { project } };
}

function domain(id: string | undefined, name: string | undefined): object {
  return id === undefined ? { name: name ?? 'Default' } : { id };
}
