// Who may do what on NATS, as nats-server's configuration says it. A host speaks under its own name and hears what is for it;
// it may answer what it is asked (`allow_responses`: never with a right to publish to inboxes beside it, which costs a server
// three times as much), and reads no inbox but its own.

import type { HostName } from '../../model/ids.ts';
import { subjectWord } from '../../model/wire.ts';

/** Whom a process is on the bus: an API process, or the agent of one host. */
export type BusUser = { readonly kind: 'api' } | { readonly kind: 'host'; readonly host: HostName };

const API_INBOX = '_INBOX.api';

/** Where answers to `user` come in. A host's is one word, so that no name of a host can be that of the API processes. */
export function inboxOf(user: BusUser): string {
  return user.kind === 'api' ? API_INBOX : `_INBOX_${subjectWord(user.host)}`;
}

/**
 * Whether a question on `subject` may be answered to `reply`. A host writes itself where it wants its answer, and whoever is asked
 * may answer there: anywhere but in its own inbox that would be to speak in the name of an API process. The inbox of those is
 * good too, for the hosts that they run themselves.
 */
export function mayAnswer(subject: string, reply: string): boolean {
  const [kind, word] = subject.split('.');
  return kind !== 'host' || reply.startsWith(`_INBOX_${word}.`) || reply.startsWith(`${API_INBOX}.`);
}

/**
 * The block `authorization` of nats-server for those `users`. `nobody` is the public key of a key pair that nobody has: without
 * any user, nats-server would let everybody in.
 */
export function authorizationBlock(
  prefix: string,
  users: readonly (BusUser & { readonly name: string; readonly publicKey: string })[],
  nobody: () => string,
): string {
  const lines = users.map((user) => line(prefix, user));
  if (lines.length === 0) lines.push(`    # Nobody is enrolled: this is nobody's key.`, `    { nkey: ${nobody()} }`);
  return [
    '# Who may do what on the bus. Written by remnantd: what is changed here is lost.',
    'authorization {',
    '  users = [',
    ...lines,
    '  ]',
    '}',
    '',
  ].join('\n');
}

function line(prefix: string, user: BusUser & { readonly name: string; readonly publicKey: string }): string {
  const word = user.kind === 'api' ? '' : subjectWord(user.host);
  const says = user.kind === 'api' ? `${prefix}.>` : `${prefix}.host.${word}.*`;
  const hears = [user.kind === 'api' ? `${prefix}.>` : `${prefix}.agent.${word}.*`, `${inboxOf(user)}.>`];
  const list = (subjects: readonly string[]) => `[${subjects.map((subject) => `"${subject}"`).join(', ')}]`;
  return [
    `    # ${user.kind} ${user.name}`,
    `    { nkey: ${user.publicKey}, permissions: {`,
    `      publish: { allow: ${list([says])} }, subscribe: { allow: ${list(hears)} }, allow_responses: true } }`,
  ].join('\n');
}
