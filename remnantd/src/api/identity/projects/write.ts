// /identity/v3/projects: create, change, delete.

import { Type } from 'typebox';
import { createProject } from '../../../app/identity/create-project.ts';
import { deleteProject } from '../../../app/identity/delete-project.ts';
import { updateProject } from '../../../app/identity/update-project.ts';
import { DEFAULT_DOMAIN } from '../../../model/identity.ts';
import type { CallerOperation } from '../../operation.ts';
import { objectOf } from '../../reply-schema.ts';
import { NO_OPTIONS, nameOf, requireDefaultDomain, TEXT_OR_NULL } from '../fields.ts';
import * as rules from '../rules.ts';
import { PROJECT_REPLY, projectBody } from './shape.ts';

interface ProjectFields {
  readonly name?: string;
  readonly description?: string | null;
  readonly enabled?: boolean;
  readonly domain_id?: string;
}

const bodyOf = (required: readonly string[]) =>
  Type.Unsafe({
    type: 'object',
    properties: {
      project: {
        type: 'object',
        properties: {
          name: nameOf(64),
          description: TEXT_OR_NULL,
          enabled: { type: 'boolean' },
          domain_id: { type: 'string' },
          // Projects have no tree, no tags and no options here: what says just that is taken.
          parent_id: { enum: [DEFAULT_DOMAIN.id, null] },
          is_domain: { enum: [false] },
          tags: { type: 'array', maxItems: 0 },
          options: NO_OPTIONS,
        },
        required,
        additionalProperties: false,
      },
    },
    required: ['project'],
    additionalProperties: false,
  });

export const projectsCreate: CallerOperation = {
  id: 'projects.create',
  root: 'identity',
  method: 'POST',
  path: '/projects',
  summary: 'Create a project',
  success: 201,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.CREATE_PROJECT],
  body: [{ schema: bodyOf(['name']) }],
  reply: objectOf({ project: PROJECT_REPLY }),
  handle: async (request, deps) => {
    const { project: fields } = request.body as unknown as {
      readonly project: ProjectFields & { readonly name: string };
    };
    requireDefaultDomain(fields.domain_id);
    const project = await createProject(deps.identity, request, {
      name: fields.name,
      description: fields.description ?? '',
      enabled: fields.enabled ?? true,
    });
    return { body: { project: projectBody(request, project) } };
  },
};

export const projectsUpdate: CallerOperation = {
  id: 'projects.update',
  root: 'identity',
  method: 'PATCH',
  path: '/projects/{project_id}',
  summary: 'Change a project',
  description: '`enabled: false` ends every token for it; its servers stay as they are.',
  success: 200,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.UPDATE_PROJECT],
  body: [{ schema: bodyOf([]) }],
  reply: objectOf({ project: PROJECT_REPLY }),
  handle: async (request, deps) => {
    const { project: fields } = request.body as unknown as { readonly project: ProjectFields };
    requireDefaultDomain(fields.domain_id);
    const project = await updateProject(deps.identity, request, request.params['project_id'] ?? '', {
      ...(fields.name === undefined ? {} : { name: fields.name }),
      ...(fields.description === undefined ? {} : { description: fields.description ?? '' }),
      ...(fields.enabled === undefined ? {} : { enabled: fields.enabled }),
    });
    return { body: { project: projectBody(request, project) } };
  },
};

export const projectsDelete: CallerOperation = {
  id: 'projects.delete',
  root: 'identity',
  method: 'DELETE',
  path: '/projects/{project_id}',
  summary: 'Delete a project',
  description: 'With the roles in it and the tokens for it; 409 while it has servers.',
  success: 204,
  errors: [401, 403, 404, 409],
  rules: [rules.DELETE_PROJECT],
  handle: async (request, deps) => {
    await deleteProject(deps.identity, request, request.params['project_id'] ?? '');
    return {};
  },
};
