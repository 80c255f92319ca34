// How a cloud is described: the form of an entry in clouds.yaml, so that a parsed file can be handed over as it is.

/** Who signs in, and to what. Password: `username` or `user_id`, and `password`. Token: `token`. */
export interface CloudAuth {
  readonly auth_url: string;
  readonly username?: string;
  readonly user_id?: string;
  readonly password?: string;
  readonly token?: string;
  readonly project_name?: string;
  readonly project_id?: string;
  readonly user_domain_name?: string;
  readonly user_domain_id?: string;
  readonly project_domain_name?: string;
  readonly project_domain_id?: string;
  /** `all` for a token of the whole system. */
  readonly system_scope?: string;
}

/** One cloud. */
export interface Cloud {
  readonly auth: CloudAuth;
  readonly auth_type?: string;
  readonly region_name?: string;
  /** Which face of the catalogue is used; public without. */
  readonly interface?: string;
  /** Instead of the catalogue's, by service type. */
  readonly endpoint_override?: Readonly<Record<string, string>>;
}

/** Where tokens are issued: `auth_url` with its version. Throws TypeError for what is no http(s) URL. */
export function tokensUrl(authUrl: string): string {
  const url = URL.parse(authUrl);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new TypeError(`auth_url "${authUrl}" is not an http(s) URL`);
  const base = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  return `${base.endsWith('/v3') ? base : `${base}/v3`}/auth/tokens`;
}

/** Keystone's body for signing in. Throws TypeError when neither a password nor a token is given. */
export function signInBody(auth: CloudAuth): object {
  return { auth: { identity: identityOf(auth), ...scopeOf(auth) } };
}

/** True if a new token can be had when the old one is refused. */
export function canRenew(auth: CloudAuth): boolean {
  return auth.password !== undefined;
}

function identityOf(auth: CloudAuth): object {
  if (auth.password !== undefined) {
    const user =
      auth.user_id === undefined
        ? { name: auth.username ?? '', domain: domain(auth.user_domain_id, auth.user_domain_name) }
        : { id: auth.user_id };
    return { methods: ['password'], password: { user: { ...user, password: auth.password } } };
  }
  if (auth.token !== undefined) return { methods: ['token'], token: { id: auth.token } };
  throw new TypeError('no password and no token to sign in with');
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
