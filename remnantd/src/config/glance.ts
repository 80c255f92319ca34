// The part of the section `images` about a real Glance in the place of a folder of images.

import type { Static } from 'typebox';
import { Type } from 'typebox';
import { signIn, URL_PATTERN } from './sign-in.ts';

const text = (description: string, more: object = {}) => Type.String({ description, minLength: 1, ...more });
const url = { pattern: URL_PATTERN };
const closed = { additionalProperties: false } as const;

const section = Type.Object(
  {
    url: text('Glance, with or without its /v2, as this machine reaches it.', url),
    keystone: Type.Union([signIn('asks Glance'), Type.Null()], {
      description: 'How to sign in for it; null for a Glance that wants no token.',
      default: null,
    }),
    ca_file: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      description: 'The authorities to trust for addresses of https. PEM; null are the usual ones.',
      default: null,
    }),
    timeout: Type.Number({
      description: 'How long an answer may take to begin, and how long its data may stand still. Seconds.',
      exclusiveMinimum: 0,
      default: 10,
    }),
    retries: Type.Integer({
      description: 'A request that failed on the way is sent again so many times.',
      minimum: 0,
      default: 3,
    }),
    cache_time: Type.Number({
      description: 'How long what Glance said of an image is used again; 0 asks each time. Seconds.',
      minimum: 0,
      default: 30,
    }),
    cache_folder: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      description:
        'Folder of what was fetched for the hosts of this machine. QEMU reads kernels in it, where it runs as a user of its own; null is image-cache in state_dir.',
      default: null,
    }),
    cache_size: Type.Integer({
      description:
        'So many bytes of disk images are kept there for the hosts of this machine; what was not asked for longest goes first. Kernels that guests boot from stay.',
      minimum: 0,
      default: 20 * 1024 ** 3,
    }),
  },
  closed,
);

/** Glance. */
export const glance = Type.Union([section, Type.Null()], {
  description: 'A real Glance in the place of the folder. Null is the folder.',
  default: null,
});

/** The settings of a Glance. */
export type GlanceConfig = Static<typeof section>;
