// The built-in identity as the port sees it: a token looked up in the database, by its hash.

import type { TokenFacts } from '../model/identity.ts';
import type { Identity } from '../ports/identity.ts';

/** Makes it from whatever can inspect a token and say whether there is a project of an id. */
export function builtinIdentity(
  inspect: (token: string) => Promise<TokenFacts | null>,
  hasProject: (id: string) => Promise<boolean>,
): Identity {
  return {
    hasProject,
    authenticate: async (secret) => {
      const facts = await inspect(secret);
      if (facts === null) return null;
      const { user, project, roles, token } = facts;
      return {
        userId: user.id,
        userName: user.name,
        projectId: project?.id ?? null,
        projectName: project?.name ?? null,
        roles,
        systemScope: token.scope.kind === 'system' ? 'all' : null,
        domainScope: null,
      };
    },
  };
}
