// POST /servers/{id}/action {"resize": {"flavorRef": id}}: gives a server another flavor.

import { Type } from 'typebox';
import { resizeServer } from '../../../app/servers/resize-server.ts';
import type { CallerOperation } from '../../operation.ts';
import { DISK_CONFIG, FLAVOR_REF } from '../../schemas.ts';
import * as rules from '../move-rules.ts';

const RESIZE = Type.Unsafe({
  type: 'object',
  properties: { flavorRef: FLAVOR_REF, 'OS-DCF:diskConfig': DISK_CONFIG },
  required: ['flavorRef'],
  additionalProperties: false,
});

export const serversResize: CallerOperation = {
  id: 'servers.resize',
  root: 'compute',
  method: 'POST',
  path: '/servers/{server_id}/action',
  action: 'resize',
  summary: 'Resize a server',
  description:
    'It is resized on the host it is on, and waits in VERIFY_RESIZE until the resize is confirmed or reverted. A disk never shrinks.',
  success: 202,
  errors: [400, 401, 403, 404, 409],
  rules: [rules.RESIZE],
  body: [{ schema: RESIZE }],
  handle: async (request, deps) => {
    const asked = request.body as unknown as {
      readonly flavorRef: string | number;
      readonly 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
    };
    await resizeServer(deps.servers, request, request.params['server_id'] ?? '', {
      flavorRef: String(asked.flavorRef),
      // Nova has a server that was resized without a word on it on MANUAL.
      diskConfig: asked['OS-DCF:diskConfig'] ?? 'MANUAL',
    });
    return {};
  },
};
