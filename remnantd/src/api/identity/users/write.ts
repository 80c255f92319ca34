// /identity/v3/users: create, change, delete; change one's own password.

import { Type } from 'typebox';
import { changePassword } from '../../../app/identity/change-password.ts';
import { createUser } from '../../../app/identity/create-user.ts';
import { deleteUser } from '../../../app/identity/delete-user.ts';
import type { UserChange } from '../../../app/identity/update-user.ts';
import { updateUser } from '../../../app/identity/update-user.ts';
import type { CallerOperation } from '../../operation.ts';
import { objectOf } from '../../reply-schema.ts';
import { NO_OPTIONS, nameOf, PASSWORD, requireDefaultDomain, TEXT_OR_NULL } from '../fields.ts';
import * as rules from '../rules.ts';
import { USER_REPLY, userBody } from './shape.ts';

interface UserFields {
  readonly name?: string;
  readonly password?: string | null;
  readonly description?: string | null;
  readonly email?: string | null;
  readonly enabled?: boolean;
  readonly default_project_id?: string | null;
  readonly domain_id?: string;
}

const bodyOf = (required: readonly string[]) =>
  Type.Unsafe({
    type: 'object',
    properties: {
      user: {
        type: 'object',
        properties: {
          name: nameOf(255),
          password: { type: [PASSWORD.type, 'null'] },
          description: TEXT_OR_NULL,
          email: TEXT_OR_NULL,
          enabled: { type: 'boolean' },
          default_project_id: TEXT_OR_NULL,
          domain_id: { type: 'string' },
          options: NO_OPTIONS,
        },
        required,
        additionalProperties: false,
      },
    },
    required: ['user'],
    additionalProperties: false,
  });

const OWN_PASSWORD = Type.Unsafe({
  type: 'object',
  properties: {
    user: {
      type: 'object',
      properties: { password: PASSWORD, original_password: PASSWORD },
      required: ['password', 'original_password'],
      additionalProperties: false,
    },
  },
  required: ['user'],
  additionalProperties: false,
});

export const usersCreate: CallerOperation = {
  id: 'users.create',
  root: 'identity',
  method: 'POST',
  path: '/users',
  summary: 'Create a user',
  success: 201,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.CREATE_USER],
  body: [{ schema: bodyOf(['name']) }],
  reply: objectOf({ user: USER_REPLY }),
  handle: async (request, deps) => {
    const { user: fields } = request.body as unknown as { readonly user: UserFields & { readonly name: string } };
    requireDefaultDomain(fields.domain_id);
    const user = await createUser(deps.identity, request, {
      name: fields.name,
      password: fields.password ?? null,
      description: fields.description ?? '',
      email: fields.email ?? null,
      enabled: fields.enabled ?? true,
      defaultProjectId: fields.default_project_id ?? null,
    });
    return { body: { user: userBody(request, user) } };
  },
};

export const usersUpdate: CallerOperation = {
  id: 'users.update',
  root: 'identity',
  method: 'PATCH',
  path: '/users/{user_id}',
  summary: 'Change a user',
  description: 'A new password, or `enabled: false`, ends every token the user has.',
  success: 200,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.UPDATE_USER],
  body: [{ schema: bodyOf([]) }],
  reply: objectOf({ user: USER_REPLY }),
  handle: async (request, deps) => {
    const { user: fields } = request.body as unknown as { readonly user: UserFields };
    requireDefaultDomain(fields.domain_id);
    const change: UserChange = {
      ...(fields.name === undefined ? {} : { name: fields.name }),
      ...(fields.password === undefined ? {} : { password: fields.password }),
      ...(fields.description === undefined ? {} : { description: fields.description ?? '' }),
      ...(fields.email === undefined ? {} : { email: fields.email }),
      ...(fields.enabled === undefined ? {} : { enabled: fields.enabled }),
      ...(fields.default_project_id === undefined ? {} : { defaultProjectId: fields.default_project_id }),
    };
    const user = await updateUser(deps.identity, request, request.params['user_id'] ?? '', change);
    return { body: { user: userBody(request, user) } };
  },
};

export const usersDelete: CallerOperation = {
  id: 'users.delete',
  root: 'identity',
  method: 'DELETE',
  path: '/users/{user_id}',
  summary: 'Delete a user',
  description: 'With its roles and tokens. What it made belongs to projects, and stays.',
  success: 204,
  errors: [401, 403, 404, 409],
  rules: [rules.DELETE_USER],
  handle: async (request, deps) => {
    await deleteUser(deps.identity, request, request.params['user_id'] ?? '');
    return {};
  },
};

export const usersChangePassword: CallerOperation = {
  id: 'users.change-password',
  root: 'identity',
  method: 'POST',
  path: '/users/{user_id}/password',
  summary: "Change one's own password",
  description:
    'It ends every token the user has, the one in use among them. Wrong tries are slowed down as at sign-in.',
  success: 204,
  errors: [400, 401, 403, 404, 409, 429, 503],
  rules: [rules.CHANGE_PASSWORD],
  body: [{ schema: OWN_PASSWORD }],
  handle: async (request, deps) => {
    const { user } = request.body as unknown as { readonly user: { password: string; original_password: string } };
    await changePassword(deps.identity, request, request.params['user_id'] ?? '', {
      original: user.original_password,
      password: user.password,
      from: request.remoteAddress,
    });
    return {};
  },
};
