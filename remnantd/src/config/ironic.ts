// The part of a host that says which Ironic it speaks for.

import type { Static } from 'typebox';
import { Type } from 'typebox';
import { passwordFile, signIn } from './sign-in.ts';

const text = (description: string, more: object = {}) => Type.String({ description, minLength: 1, ...more });
const url = { pattern: '^https?://[^/\\s"@]+[^\\s"]*$' };
const closed = { additionalProperties: false } as const;
const basic = Type.Object({ user: text("The user's name."), password_file: passwordFile }, closed);

const section = Type.Object(
  {
    url: text('Ironic, with or without its /v1, as this machine reaches it.', url),
    http_basic: Type.Union([basic, Type.Null()], {
      description: 'How to sign in at an Ironic of auth_strategy http_basic.',
      default: null,
    }),
    keystone: Type.Union(
      [signIn("asks Ironic; it needs the role baremetal_admin, or what Ironic's policy wants"), Type.Null()],
      {
        description:
          'How to sign in at an Ironic that wants tokens. With neither, Ironic wants to know nobody (noauth).',
        default: null,
      },
    ),
    ca_file: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      description: 'The authorities to trust for addresses of https. PEM; null are the usual ones.',
      default: null,
    }),
    conductor_group: Type.Union([Type.String(), Type.Null()], {
      description: 'Only the nodes of this conductor group; null: all. Two hosts must not speak for one node.',
      default: null,
    }),
    adopt: Type.Array(Type.String({ minLength: 1 }), {
      description:
        'Nodes, by UUID or name, that are servers when something is deployed on them though no instance is noted on them; "*" is all. Nodes with an instance_uuid are servers in any case.',
      default: [],
    }),
    poll: Type.Number({
      description: 'How often Ironic is asked how its nodes are. Seconds.',
      minimum: 1,
      default: 10,
    }),
    timeout: Type.Number({
      description: 'How long an answer of Ironic may take. Seconds.',
      exclusiveMinimum: 0,
      maximum: 30,
      default: 10,
    }),
    nmi_timeout: Type.Number({
      description:
        'How long Ironic may take for an NMI: longer than it tries by itself, which is [ipmi]command_retry_timeout in its configuration. Seconds.',
      exclusiveMinimum: 0,
      default: 75,
    }),
  },
  closed,
);

/** An Ironic; with the driver ironic alone. */
export const ironic = Type.Union([section, Type.Null()], {
  description: 'The Ironic that a host with the driver ironic speaks for; null with any other.',
  default: null,
});

/** The settings of an Ironic. */
export type IronicConfig = Static<typeof section>;
