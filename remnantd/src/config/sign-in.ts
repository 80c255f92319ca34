// How Remnant signs in at a Keystone for a service beside it: a Glance, an Ironic.

import type { Static } from 'typebox';
import { Type } from 'typebox';

const text = (description: string, more: object = {}) => Type.String({ description, minLength: 1, ...more });

/** A URL of http or https. */
export const URL_PATTERN = '^https?://[^/\\s"]+[^\\s"]*$';

/** The file of a password. */
export const passwordFile = text(
  'File whose first line is its password, readable by its owner only (chmod 600). Read at each sign-in.',
);

/** The keys, for a user that `does` something. */
export const signIn = (does: string) =>
  Type.Object(
    {
      auth_url: text('Keystone, with or without its /v3, as this machine reaches it.', { pattern: URL_PATTERN }),
      user: text(`Name of the user that ${does}.`),
      user_domain: text('Name of its domain.', { default: 'Default' }),
      project: text('Name of the project it has a role in.', { default: 'service' }),
      project_domain: text("Name of the project's domain.", { default: 'Default' }),
      password_file: passwordFile,
    },
    { additionalProperties: false },
  );

/** How to sign in. */
export type SignIn = Static<ReturnType<typeof signIn>>;
