// POST /servers/{id}/action {"rescue": null | {"rescue_image_ref": id}}: boots a server from another image.

import { Type } from 'typebox';
import { rescueServer } from '../../../app/servers/rescue-server.ts';
import { isObject } from '../../../lib/json.ts';
import type { ImageId } from '../../../model/ids.ts';
import { asId } from '../../../model/ids.ts';
import type { CallerOperation } from '../../operation.ts';
import { objectOf } from '../../reply-schema.ts';
import * as rules from '../rules.ts';

const FROM = Type.Unsafe({
  type: ['object', 'null'],
  properties: { adminPass: { type: 'string' }, rescue_image_ref: { type: 'string', format: 'uuid' } },
  additionalProperties: false,
});

export const serversRescue: CallerOperation = {
  id: 'servers.rescue',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'rescue',
  summary: 'Rescue a server',
  description:
    'It boots from rescue_image_ref, or else from the image it was made from, with its own disk beside that. No adminPass is answered: nothing in the guest would take it.',
  success: 200,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.RESCUE],
  body: [{ schema: FROM }],
  reply: objectOf({}),
  handle: async (request, deps) => {
    const ref = isObject(request.body) ? request.body['rescue_image_ref'] : undefined;
    const image = typeof ref === 'string' ? asId<ImageId>(ref) : null;
    await rescueServer(deps.servers, request, request.params['server_id'] ?? '', image);
    // Nova's answer where enable_instance_password is false.
    return { body: {} };
  },
};
