// /identity/v3/users: list and show; the projects of one.

import type { CallerOperation } from '../../operation.ts';
import { last, querySchema, TEXT } from '../../query.ts';
import { objectOf } from '../../reply-schema.ts';
import { flagOf, isInDomain } from '../fields.ts';
import { PROJECT_REPLY, projectBody } from '../projects/shape.ts';
import * as rules from '../rules.ts';
import { listBody, listReply } from '../shape.ts';
import { USER_REPLY, userBody } from './shape.ts';

const read = { root: 'identity', method: 'GET', success: 200 } as const;

export const usersList: CallerOperation = {
  ...read,
  id: 'users.list',
  path: '/users',
  summary: 'List users',
  errors: [400, 401, 403],
  rules: [rules.LIST_USERS],
  query: [{ schema: querySchema({ name: TEXT, domain_id: TEXT, enabled: TEXT }) }],
  reply: listReply('users', USER_REPLY),
  handle: async (request, deps) => {
    const { caller, query } = request;
    const filter = { name: last(query, 'name'), enabled: flagOf(query, 'enabled') };
    const users = await deps.access.identity.users(caller, rules.LIST_USERS.name, filter);
    const shown = isInDomain(query) ? users.map((user) => userBody(request, user)) : [];
    return { body: listBody(request, 'users', '/users', shown) };
  },
};

export const usersShow: CallerOperation = {
  ...read,
  id: 'users.show',
  path: '/users/{user_id}',
  summary: 'Show a user',
  errors: [401, 403, 404],
  rules: [rules.GET_USER],
  reply: objectOf({ user: USER_REPLY }),
  handle: async (request, deps) => {
    const id = request.params['user_id'] ?? '';
    const user = await deps.access.identity.user(request.caller, rules.GET_USER.name, id);
    return { body: { user: userBody(request, user) } };
  },
};

export const usersProjects: CallerOperation = {
  ...read,
  id: 'users.projects',
  path: '/users/{user_id}/projects',
  summary: 'List the projects a user has a role in',
  errors: [401, 403, 404],
  rules: [rules.LIST_USER_PROJECTS],
  reply: listReply('projects', PROJECT_REPLY),
  handle: async (request, deps) => {
    const id = request.params['user_id'] ?? '';
    const projects = await deps.access.identity.projectsOf(request.caller, rules.LIST_USER_PROJECTS.name, id);
    const shown = projects.map((project) => projectBody(request, project));
    return { body: listBody(request, 'projects', `/users/${id}/projects`, shown) };
  },
};
