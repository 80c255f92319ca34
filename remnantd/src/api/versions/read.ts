// The version documents of every API root: what clients read before they sign in.

import { MICROVERSIONS } from '../../model/microversion.ts';
import type { LinkBase } from '../links.ts';
import type { OpenOperation } from '../operation.ts';
import type { ReplySchema } from '../reply-schema.ts';
import { LINKS, listOf, objectOf, STRING, titled } from '../reply-schema.ts';

const V20 = { id: 'v2.0', status: 'SUPPORTED', version: '', min_version: '', updated: '2011-01-21T11:33:21Z' };
const V21 = {
  id: 'v2.1',
  status: 'CURRENT',
  version: MICROVERSIONS.max,
  min_version: MICROVERSIONS.min,
  updated: '2013-07-23T11:33:21Z',
};
const DESCRIBED = { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' };

const MEDIA_TYPES = listOf(objectOf({ base: STRING, type: STRING }));
const IDENTIFIED = { id: STRING, status: STRING, updated: STRING, links: LINKS };
const COMPUTE_VERSION: ReplySchema = titled(
  'ComputeVersion',
  objectOf({ ...IDENTIFIED, version: STRING, min_version: STRING }, { 'media-types': MEDIA_TYPES }),
);
const IDENTITY_VERSION: ReplySchema = titled(
  'IdentityVersion',
  objectOf({ ...IDENTIFIED, 'media-types': MEDIA_TYPES }),
);
const REMNANT_VERSION: ReplySchema = titled('RemnantVersion', objectOf({ id: STRING, status: STRING, links: LINKS }));
const IMAGE_VERSION: ReplySchema = titled('ImageVersion', objectOf({ id: STRING, status: STRING, links: LINKS }));

function mediaTypes(version: string): object[] {
  return [{ base: 'application/json', type: `application/vnd.openstack.compute+json;version=${version}` }];
}

const self = (base: LinkBase, path: string) => ({ rel: 'self', href: `${base.origin}${path}` });

const document = (base: LinkBase, facts: typeof V20, path: string, media: string) => ({
  version: { ...facts, links: [self(base, path), DESCRIBED], 'media-types': mediaTypes(media) },
});

/** Compute's choices for a path it has no version for (nova's MultipleChoices). */
export function computeChoices(base: LinkBase, path: string): object {
  const choice = (facts: typeof V20, root: string, media: string) => ({
    id: facts.id,
    status: facts.status,
    links: [self(base, `${root}${path}`)],
    'media-types': mediaTypes(media),
  });
  return { choices: [choice(V20, '/v2', '2'), choice(V21, '/v2.1', '2.1')] };
}

/** Compute's versions, as `GET /` lists them. */
export function computeVersions(base: LinkBase): object {
  return {
    versions: [
      { ...V20, links: [self(base, '/v2/')] },
      { ...V21, links: [self(base, '/v2.1/')] },
    ],
  };
}

export const versionsRoot: OpenOperation = {
  id: 'versions.list',
  root: 'versions',
  method: 'GET',
  path: '/',
  open: true,
  summary: 'List the versions of the Compute API',
  success: 200,
  errors: [415],
  rules: [],
  reply: objectOf({ versions: listOf(COMPUTE_VERSION) }),
  handle: (request) => Promise.resolve({ body: computeVersions(request.links) }),
};

export const versionsShow: OpenOperation = {
  id: 'versions.show',
  root: 'compute',
  method: 'GET',
  path: '/',
  open: true,
  summary: 'Show a version of the Compute API',
  success: 200,
  errors: [],
  rules: [],
  reply: objectOf({ version: COMPUTE_VERSION }),
  handle: (request) =>
    Promise.resolve({
      body:
        request.links.version === '/v2'
          ? document(request.links, V20, '/v2/', '2')
          : document(request.links, V21, '/v2.1/', '2.1'),
    }),
};

const IDENTITY = (base: LinkBase) => ({
  id: 'v3.14',
  status: 'stable',
  updated: '2020-04-07T00:00:00Z',
  links: [self(base, '/identity/v3/')],
  'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
});

export const identityVersions: OpenOperation = {
  id: 'identity.versions',
  root: 'versions',
  method: 'GET',
  path: '/identity',
  open: true,
  summary: 'List the versions of the Identity API',
  success: 300,
  errors: [],
  rules: [],
  reply: objectOf({ versions: objectOf({ values: listOf(IDENTITY_VERSION) }) }),
  handle: (request) => Promise.resolve({ body: { versions: { values: [IDENTITY(request.links)] } } }),
};

export const identityVersion: OpenOperation = {
  id: 'identity.version',
  root: 'identity',
  method: 'GET',
  path: '/',
  open: true,
  summary: 'Show version 3 of the Identity API',
  success: 200,
  errors: [],
  rules: [],
  reply: objectOf({ version: IDENTITY_VERSION }),
  handle: (request) => Promise.resolve({ body: { version: IDENTITY(request.links) } }),
};

export const imageVersions: OpenOperation = {
  id: 'image.versions',
  root: 'versions',
  method: 'GET',
  path: '/image',
  open: true,
  summary: 'List the versions of the Image API',
  success: 300,
  errors: [],
  rules: [],
  reply: objectOf({ versions: listOf(IMAGE_VERSION) }),
  handle: (request) =>
    Promise.resolve({
      body: { versions: [{ id: 'v2.9', status: 'CURRENT', links: [self(request.links, '/image/v2/')] }] },
    }),
};

export const remnantVersion: OpenOperation = {
  id: 'remnant.version',
  root: 'remnant',
  method: 'GET',
  path: '/',
  open: true,
  summary: "Show version 1 of Remnant's own API",
  success: 200,
  errors: [400],
  rules: [],
  reply: objectOf({ version: REMNANT_VERSION }),
  handle: (request) =>
    Promise.resolve({
      body: { version: { id: 'v1', status: 'CURRENT', links: [self(request.links, '/remnant/v1/')] } },
    }),
};
