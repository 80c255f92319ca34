// Subjects: any host's name is one word of them, and comes back out of it.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HostName } from './ids.ts';
import { asId } from './ids.ts';
import { hostOfSubject, SUBJECT, subjectWord } from './wire.ts';

const name = fc.stringMatching(/^[a-zA-Z0-9-._]{1,40}$/).map((text) => asId<HostName>(text));

test('a host speaks under its name, whatever is in it', () => {
  fc.assert(
    fc.property(name, (host) => {
      const subject = SUBJECT.from(host, 'beat');
      expect(subject.split('.')).toHaveLength(3);
      expect(hostOfSubject(subject)).toBe(host);
    }),
  );
});

test('no two hosts share a word', () => {
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(subjectWord(a) === subjectWord(b)).toBe(a === b);
    }),
  );
  expect(subjectWord(asId('rack-1.example'))).toBe('rack-1=2eexample');
});
