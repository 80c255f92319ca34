// Where a service is: what the cloud's entry says itself, else the catalogue that came with the token.

import type { Cloud } from './cloud.ts';
import { identityUrl, isTokenAlone } from './cloud.ts';
import { RemnantConnectionError } from './errors.ts';
import type { Call, ServiceType } from './transport.ts';

/** One service of the catalogue. */
export interface CatalogEntry {
  readonly type: string;
  readonly endpoints: readonly { readonly interface: string; readonly region: string; readonly url: string }[];
}

/** The address of `call`, without its query. Throws RemnantConnectionError for a service the cloud does not have. */
export function callUrl(cloud: Cloud, catalog: readonly CatalogEntry[], call: Call): string {
  const endpoint = endpointOf(cloud, catalog, call.service);
  return `${call.from === undefined ? endpoint : cut(endpoint, call.from)}${call.path}`;
}

/** Where the version document of the service behind `endpoint` is: without a project's id. */
export function cut(endpoint: string, to: 'version' | 'root'): string {
  const [, root = endpoint, version = ''] = /^(.*?:\/\/.*?)(\/v\d+(?:\.\d+)?)(?:\/.*)?$/.exec(endpoint) ?? [];
  return to === 'root' ? root : `${root}${version}`;
}

/** The endpoint of `service`, without a slash at its end. Throws RemnantConnectionError when there is none. */
export function endpointOf(cloud: Cloud, catalog: readonly CatalogEntry[], service: ServiceType): string {
  const own = cloud.endpoint_override?.[service];
  if (own !== undefined) return own.replace(/\/+$/, '');
  if (service === 'identity') return identityUrl(cloud.auth);
  if (isTokenAlone(cloud)) {
    if (service === 'compute' && cloud.auth.endpoint !== undefined) return cloud.auth.endpoint.replace(/\/+$/, '');
    const key = service === 'compute' ? 'auth.endpoint' : `${service.replaceAll('-', '_')}_endpoint_override`;
    throw new RemnantConnectionError(`without a sign-in there is no catalogue: ${key} must say where ${service} is`);
  }
  if (catalog.length === 0) {
    throw new RemnantConnectionError('the token has no catalogue: it is for no project; name one (auth.project_name)');
  }
  const { region_name: region, interface: face = 'public' } = cloud;
  const found = catalog
    .filter((entry) => entry.type === service)
    .flatMap((entry) => entry.endpoints)
    .find((one) => one.interface === face.replace(/URL$/, '') && (region === undefined || one.region === region));
  if (found !== undefined) return found.url.replace(/\/+$/, '');
  const where = region === undefined ? '' : ` in region ${region}`;
  throw new RemnantConnectionError(`the cloud's catalogue has no ${service} service${where}`);
}
