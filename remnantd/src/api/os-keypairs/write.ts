// POST /os-keypairs, DELETE /os-keypairs/{name} (nova/api/openstack/compute/keypairs.py). A new pair is made until 2.91; its
// private half is in the answer and nowhere else.

import { createKeypair } from '../../app/keypairs/create-keypair.ts';
import { deleteKeypair } from '../../app/keypairs/delete-keypair.ts';
import type { JsonObject } from '../../lib/json.ts';
import { asId } from '../../model/ids.ts';
import type { KeypairType } from '../../model/keypair.ts';
import type { VersionSpan } from '../../model/microversion.ts';
import { behaves } from '../behaviours.ts';
import type { CallerOperation, VersionedSchema } from '../operation.ts';
import { TEXT } from '../query.ts';
import { objectOf } from '../reply-schema.ts';
import { NAME, under } from '../schemas.ts';
import * as rules from './rules.ts';
import { KEYPAIR_REPLY, KEYPAIR_SHAPE } from './shape.ts';
import { OF_USER, whose } from './whose.ts';

const nameOf = (format: string) => ({ allOf: [NAME, { type: 'string', minLength: 1, maxLength: 255, format }] });
const OLD_NAME = { name: nameOf('keypair-name') };
const KEY = { public_key: { type: 'string' } };
const TYPE = { type: { type: 'string', enum: ['ssh', 'x509'] } };
const USER = { user_id: TEXT };

const bodyOf = (
  span: VersionSpan,
  properties: JsonObject,
  required: readonly string[] = ['name'],
): VersionedSchema => ({
  ...span,
  schema: under('keypair', { properties, required: [...required] }),
});

interface KeypairBody {
  readonly name: string;
  readonly type?: KeypairType;
  readonly public_key?: string;
  readonly user_id?: string;
}

export const osKeypairsCreate: CallerOperation = {
  id: 'os-keypairs.create',
  root: 'compute',
  method: 'POST',
  path: '/os-keypairs',
  summary: 'Create a key pair',
  description:
    'Of `public_key`; without one, until 2.91, a new RSA pair is made, whose private half is in this answer and nowhere ' +
    'else. Until 2.1 a success is 200. A certificate (type x509) is taken as it is sent; none is made.',
  success: 201,
  otherSuccesses: [200],
  errors: [400, 401, 403, 409],
  rules: [rules.CREATE],
  body: [
    bodyOf({ until: '2.1' }, { ...OLD_NAME, ...KEY }),
    bodyOf({ since: '2.2', until: '2.9' }, { ...OLD_NAME, ...TYPE, ...KEY }),
    bodyOf({ since: '2.10', until: '2.91' }, { ...OLD_NAME, ...TYPE, ...KEY, ...USER }),
    bodyOf({ since: '2.92' }, { name: nameOf('long-keypair-name'), ...TYPE, ...KEY, ...USER }, ['name', 'public_key']),
  ],
  reply: objectOf({ keypair: KEYPAIR_REPLY.created }),
  handle: async (request, deps) => {
    const { keypair: asked } = request.body as unknown as { keypair: KeypairBody };
    const { keypair, privateKey } = await createKeypair(deps.keypairs, request, {
      userId: asked.user_id === undefined || asked.user_id === '' ? request.caller.userId : asId(asked.user_id),
      name: asked.name.trim(),
      type: asked.type ?? 'ssh',
      publicKey: asked.public_key ?? null,
    });
    return {
      ...(behaves(request.version, 'keypair-types') ? {} : { status: 200 }),
      body: { keypair: KEYPAIR_SHAPE.render(request.version, 'created', [])(keypair, { privateKey }) },
    };
  },
};

export const osKeypairsDelete: CallerOperation = {
  id: 'os-keypairs.delete',
  root: 'compute',
  method: 'DELETE',
  path: '/os-keypairs/{keypair_name}',
  summary: 'Delete a key pair',
  description: 'Servers that were made with it keep it: it is in their guests. Until 2.1 a success is 202.',
  success: 204,
  otherSuccesses: [202],
  errors: [400, 401, 403, 404],
  rules: [rules.DELETE],
  query: OF_USER,
  handle: async (request, deps) => {
    const { keypair_name: name = '' } = request.params;
    const keypair = await deps.access.keypairs.one(request.caller, rules.DELETE.name, whose(request), name);
    await deleteKeypair(deps.keypairs, request, keypair);
    return behaves(request.version, 'keypair-types') ? {} : { status: 202 };
  },
};
