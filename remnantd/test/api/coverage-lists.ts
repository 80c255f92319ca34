// Operations that lack a kind of proof, by reason. These lists only get shorter; coverage.test.ts holds them.

/** Of Nova's API, without a recorded answer of a real Nova. */
export const NO_GOLDEN: Readonly<Record<string, readonly string[]>> = {
  "another service's version document: none of Nova's answers": ['identity.versions', 'image.versions'],
  'Nova has no such action': ['servers.inject-nmi', 'servers.inject-nmi-put'],
  'not in the recording: it was made of reads, refusals, dumps and services; servers-*.test.ts stand for them': [
    'servers.update',
    'servers.pause',
    'servers.unlock',
    'servers.get-console-output',
    'server-metadata.create',
    'server-metadata.update-all',
    'server-metadata.show',
    'server-metadata.update',
    'server-metadata.delete',
    'server-tags.update-all',
    'server-tags.delete-all',
    'server-tags.show',
    'server-tags.update',
    'server-tags.delete',
    'flavors.list',
    'flavors.detail',
    'flavors.extra-specs',
    'flavors.extra-spec',
  ],
};

/** Without a row in the policy matrix. */
export const NO_MATRIX: Readonly<Record<string, readonly string[]>> = {
  'wants no token, so nobody is refused': [
    'versions.list',
    'versions.show',
    'identity.versions',
    'identity.version',
    'image.versions',
    'remnant.version',
    'tokens.issue',
  ],
};

/** Without a test of its own. */
export const NO_TEST: Readonly<Record<string, readonly string[]>> = {};
