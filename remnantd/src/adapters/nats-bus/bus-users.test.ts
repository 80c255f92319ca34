// The users of nats-server: what each may do, in its own words; and that no host's name gives it what is another's.

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { HostName } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { authorizationBlock, inboxOf, mayAnswer } from './bus-users.ts';

const nobody = () => 'UNOBODY';
const host = (name: string) => ({ kind: 'host', host: asId<HostName>(name) }) as const;

it('lets a host speak as itself and hear what is for it, and API processes everything', () => {
  const users = [
    { ...host('a.b'), name: 'a.b', publicKey: 'UA' },
    { kind: 'api', name: 'api-1', publicKey: 'UP' },
  ] as const;
  expect(
    authorizationBlock('cloud', users, nobody),
  ).toBe(`# Who may do what on the bus. Written by remnantd: what is changed here is lost.
authorization {
  users = [
    # host a.b
    { nkey: UA, permissions: {
      publish: { allow: ["cloud.host.a=2eb.*"] }, subscribe: { allow: ["cloud.agent.a=2eb.*", "_INBOX_a=2eb.>"] }, allow_responses: true } }
    # api api-1
    { nkey: UP, permissions: {
      publish: { allow: ["cloud.>"] }, subscribe: { allow: ["cloud.>", "_INBOX.api.>"] }, allow_responses: true } }
  ]
}
`);
});

it('lets in nobody where nobody is enrolled', () => {
  expect(authorizationBlock('cloud', [], nobody)).toContain('{ nkey: UNOBODY }');
});

it('gives every host an inbox of one word that is nobody else’s', () => {
  const name = fc.stringMatching(/^[a-zA-Z0-9._-]{1,20}$/);
  fc.assert(
    fc.property(name, name, (one, two) => {
      const [first, second] = [inboxOf(host(one)), inboxOf(host(two))];
      expect(first).toMatch(/^_INBOX_[A-Za-z0-9_=-]+$/);
      expect(first === second).toBe(one === two);
    }),
  );
});

it('has what a host asks answered to that host, or to an API process, and nowhere else', () => {
  const asks = 'host.a=2eb.claim';
  for (const inbox of [inboxOf(host('a.b')), inboxOf({ kind: 'api' })])
    expect(mayAnswer(asks, `${inbox}.x.1`)).toBe(true);
  const others = [inboxOf(host('a')), inboxOf(host('a.bc')), 'cloud.agent.b', 'cloud.api', '_INBOX', '_INBOX_a=2eb'];
  for (const other of others) expect(mayAnswer(asks, `${other}${other.endsWith('b') ? '' : '.x.1'}`)).toBe(false);
  expect(mayAnswer('api.here', `${inboxOf(host('a'))}.1`), 'hosts may not speak there').toBe(true);
});
