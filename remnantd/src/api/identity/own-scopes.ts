// /identity/v3/auth/projects, /domains, /system, /catalog: what the caller could have a token for, and what the one in
// use reaches.

import { fault } from '../../model/faults.ts';
import type { CallerOperation } from '../operation.ts';
import { FLAG, objectOf } from '../reply-schema.ts';
import { CATALOG_SERVICE_REPLY, catalogue } from './catalogue.ts';
import { DOMAIN_REPLY } from './domains.ts';
import { PROJECT_REPLY, projectBody } from './projects/shape.ts';
import { listBody, listReply } from './shape.ts';

const read = { root: 'identity', method: 'GET', success: 200, rules: [] } as const;

export const authProjects: CallerOperation = {
  ...read,
  id: 'auth.projects',
  path: '/auth/projects',
  summary: 'List the projects one could have a token for',
  errors: [401],
  reply: listReply('projects', PROJECT_REPLY),
  handle: async (request, deps) => {
    const { projects } = await deps.access.identity.ownScopes(request.caller);
    const shown = projects.map((project) => projectBody(request, project));
    return { body: listBody(request, 'projects', '/auth/projects', shown) };
  },
};

export const authDomains: CallerOperation = {
  ...read,
  id: 'auth.domains',
  path: '/auth/domains',
  summary: 'List the domains one could have a token for: none, for roles are held in projects and on the system',
  errors: [401],
  reply: listReply('domains', DOMAIN_REPLY),
  handle: (request) => Promise.resolve({ body: listBody(request, 'domains', '/auth/domains', []) }),
};

export const authSystem: CallerOperation = {
  ...read,
  id: 'auth.system',
  path: '/auth/system',
  summary: 'Tell whether one could have a token for the system',
  errors: [401],
  reply: listReply('system', objectOf({ all: FLAG })),
  handle: async (request, deps) => {
    const { system } = await deps.access.identity.ownScopes(request.caller);
    return { body: listBody(request, 'system', '/auth/system', system ? [{ all: true }] : []) };
  },
};

export const authCatalog: CallerOperation = {
  ...read,
  id: 'auth.catalog',
  path: '/auth/catalog',
  summary: 'List the services of this cloud',
  errors: [401, 403],
  reply: listReply('catalog', CATALOG_SERVICE_REPLY),
  handle: async (request, deps) => {
    const { caller } = request;
    if (caller.projectId === null && caller.systemScope === null) {
      throw fault('forbidden', { message: 'A project-scoped token is required to produce a service catalog.' });
    }
    const services = catalogue(request.links.origin, deps.region);
    return Promise.resolve({ body: listBody(request, 'catalog', '/auth/catalog', services) });
  },
};
