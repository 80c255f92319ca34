// GET /extensions and /extensions/{alias}: what old clients ask to learn what there is. The list never changes
// (nova/api/openstack/compute/extension_info.py).

import { fault } from '../../model/faults.ts';
import type { CallerOperation, CallerRequest } from '../operation.ts';
import { LINKS, listOf, objectOf, STRING, titled } from '../reply-schema.ts';
import { rule } from '../rule.ts';
import { EXTENSIONS, LEGACY_EXTENSIONS } from './list.ts';

const RULE = rule(
  'os_compute_api:extensions',
  '@',
  'List extensions, and show one',
  'GET /extensions',
  'GET /extensions/{alias}',
);
const EXTENSION = titled(
  'Extension',
  objectOf({
    alias: STRING,
    description: STRING,
    links: LINKS,
    name: STRING,
    namespace: STRING,
    updated: STRING,
  }),
);

function extensionsOf({ links }: CallerRequest) {
  return links.version === '/v2' ? LEGACY_EXTENSIONS : EXTENSIONS;
}

export const extensionsList: CallerOperation = {
  id: 'extensions.list',
  root: 'compute',
  method: 'GET',
  path: '/extensions',
  summary: 'List extensions',
  description: 'The list is the same for every server of this API.',
  success: 200,
  errors: [401, 403],
  rules: [RULE],
  reply: objectOf({ extensions: listOf(EXTENSION) }),
  handle: async (request, deps) => {
    deps.access.authorise(request.caller, RULE.name);
    return { body: { extensions: extensionsOf(request) } };
  },
};

export const extensionsShow: CallerOperation = {
  id: 'extensions.show',
  root: 'compute',
  method: 'GET',
  path: '/extensions/{alias}',
  summary: 'Show an extension',
  success: 200,
  errors: [401, 403, 404],
  rules: [RULE],
  reply: objectOf({ extension: EXTENSION }),
  handle: async (request, deps) => {
    deps.access.authorise(request.caller, RULE.name);
    const extension = extensionsOf(request).find(({ alias }) => alias === request.params['alias']);
    if (extension === undefined) throw fault('extension-not-found');
    return { body: { extension } };
  },
};
