// A project as Keystone v3 shows it: all of them stand side by side under the one domain.

import type { Project } from '../../../model/identity.ts';
import { DEFAULT_DOMAIN } from '../../../model/identity.ts';
import type { ApiRequest } from '../../operation.ts';
import { FLAG, listOf, objectOf, STRING, titled } from '../../reply-schema.ts';
import { SELF_LINK, urlOf } from '../shape.ts';

/** A project, for the OpenAPI document. */
export const PROJECT_REPLY = titled(
  'Project',
  objectOf({
    id: STRING,
    name: STRING,
    domain_id: STRING,
    description: STRING,
    enabled: FLAG,
    parent_id: STRING,
    is_domain: FLAG,
    tags: listOf(STRING),
    options: { type: 'object' },
    links: SELF_LINK,
  }),
);

/** A project's object. */
export function projectBody(request: ApiRequest, project: Project): object {
  return {
    id: project.id,
    name: project.name,
    domain_id: DEFAULT_DOMAIN.id,
    description: project.description,
    enabled: project.enabled,
    parent_id: DEFAULT_DOMAIN.id,
    is_domain: false,
    tags: [],
    options: {},
    links: { self: urlOf(request, `/projects/${project.id}`) },
  };
}
