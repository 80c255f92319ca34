// A key pair's fields, one row each (nova/api/openstack/compute/views/keypairs.py).

import type { Keypair } from '../../model/keypair.ts';
import { FLAG, INTEGER, MOMENT, STRING, shownAs } from '../reply-schema.ts';
import type { Field } from '../shape.ts';
import { shape } from '../shape.ts';
import { microTime } from '../times.ts';

/** What a key pair's fields need beside its row. */
export interface KeypairContext {
  /** The private half of one that was made just now. */
  readonly privateKey: string | null;
}

type View = 'list' | 'show' | 'created';
const NULL = { type: 'null' };

const fields: readonly Field<Keypair, KeypairContext, View, never>[] = [
  { name: 'name', type: STRING, doc: 'Its name', from: (k) => k.name },
  {
    name: 'type',
    since: '2.2',
    type: { type: 'string', enum: ['ssh', 'x509'] },
    doc: 'ssh or x509',
    from: (k) => k.type,
  },
  { name: 'public_key', type: STRING, doc: 'As OpenSSH writes it, or a certificate in PEM', from: (k) => k.publicKey },
  {
    name: 'fingerprint',
    type: STRING,
    doc: 'md5 of an ssh key, sha1 of a certificate',
    from: (k) => k.fingerprint,
  },
  { name: 'user_id', in: ['show', 'created'], type: STRING, doc: 'Whose it is', from: (k) => k.userId },
  {
    name: 'private_key',
    in: ['created'],
    until: '2.91',
    sometimes: true,
    type: STRING,
    doc: 'Of a pair that was made just now, in PEM: shown this once and kept nowhere',
    from: (_, c) => c.privateKey ?? undefined,
  },
  { name: 'id', in: ['show'], type: INTEGER, doc: 'Its number', from: (k) => k.seq },
  { name: 'created_at', in: ['show'], type: MOMENT, doc: 'When', from: (k) => microTime(k.createdAt) },
  { name: 'updated_at', in: ['show'], type: NULL, doc: 'Always null', from: () => null },
  { name: 'deleted', in: ['show'], type: FLAG, doc: 'Always false', from: () => false },
  { name: 'deleted_at', in: ['show'], type: NULL, doc: 'Always null', from: () => null },
];

/** A key pair's shape. */
export const KEYPAIR_SHAPE = shape<Keypair, KeypairContext, View, never>(fields);

/** The views of a key pair, for the OpenAPI document. */
export const KEYPAIR_REPLY = {
  list: shownAs('KeypairListed', KEYPAIR_SHAPE, 'list'),
  show: shownAs('Keypair', KEYPAIR_SHAPE, 'show'),
  created: shownAs('KeypairCreated', KEYPAIR_SHAPE, 'created'),
};
