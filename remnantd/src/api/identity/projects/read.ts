// /identity/v3/projects: list and show.

import type { CallerOperation } from '../../operation.ts';
import { last, querySchema, TEXT } from '../../query.ts';
import { objectOf } from '../../reply-schema.ts';
import { flagOf, isInDomain } from '../fields.ts';
import * as rules from '../rules.ts';
import { listBody, listReply } from '../shape.ts';
import { PROJECT_REPLY, projectBody } from './shape.ts';

export const projectsList: CallerOperation = {
  id: 'projects.list',
  root: 'identity',
  method: 'GET',
  path: '/projects',
  summary: 'List projects',
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.LIST_PROJECTS],
  query: [{ schema: querySchema({ name: TEXT, domain_id: TEXT, enabled: TEXT, is_domain: TEXT }) }],
  reply: listReply('projects', PROJECT_REPLY),
  handle: async (request, deps) => {
    const { caller, query } = request;
    const filter = { name: last(query, 'name'), enabled: flagOf(query, 'enabled') };
    const projects = await deps.access.identity.projects(caller, rules.LIST_PROJECTS.name, filter);
    const shown = isInDomain(query) && flagOf(query, 'is_domain') !== true ? projects : [];
    const bodies = shown.map((project) => projectBody(request, project));
    return { body: listBody(request, 'projects', '/projects', bodies) };
  },
};

export const projectsShow: CallerOperation = {
  id: 'projects.show',
  root: 'identity',
  method: 'GET',
  path: '/projects/{project_id}',
  summary: 'Show a project',
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.GET_PROJECT],
  reply: objectOf({ project: PROJECT_REPLY }),
  handle: async (request, deps) => {
    const id = request.params['project_id'] ?? '';
    const project = await deps.access.identity.project(request.caller, rules.GET_PROJECT.name, id);
    return { body: { project: projectBody(request, project) } };
  },
};
