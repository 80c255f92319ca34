// Fingerprints against those of ssh-keygen 9.2, keys that are none, and lines of keys made here.

import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sshFingerprint, sshLine } from './ssh-key.ts';

/** Lines, and what `ssh-keygen -l -E md5` says of them. */
const KEYS = [
  [
    'ssh-dss AAAAB3NzaC1kc3MAAACBAK0n1lD59crz8651k8giytz4QDURIykOvztUt5u+mkTIxcXzY0V5g/nkvc2JTA0T7ybAZ5T3p2Nmqbx8AaOUjDddF421eQUvTGfwqw1EKVn6kMBnGJGXxwunSfWPM2Q+eUlt0EqIRLrbQ6BYw2fmXVOBaAeP3mG/3Rd1YHppo0W9AAAAFQD51qDcgRuxosXCmU2CnDF7ZZc4AwAAAIBizlU09OGYYTlrb2GIyZykYFh3+Ch9bohCUow27+zOoYe+3YN0goDHDOhCtWtVcqUsejc8Aoi++q8sv4kNvbfMBWltDkDZwwMEu5SHfSXUk/HKS7Ys2/0W4rWlPDVOfyAxcjOOFQ3mYWH1ojSVbpm2rujJagodHW4yjzPK/0XWfQAAAIBLBbEHy2zMcGTsgrDPc2asgPdYzyk25FtAjVg8tLnP8hB5Fv3QcKWKzD285hIAIMfzdtpzM4KBv66xJH2WLzc3hql4M484aXjiPCmFHHYynzUSK49WL4gf24gzWYPl4PSKszdLn8DUmDpWsTyVxpK7l7iEra8wdUbDrW3ndm+HBQ== ann@there',
    '62:5b:d3:e6:02:5a:ec:cb:91:14:ad:04:f5:35:1b:49',
  ],
  [
    'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBP21ugx6LCkMPMwOaany2y+uYoNf0lc9dTlu+m+xbWm2l9gzffxFALDJyLYnNaRsMnPhyK2X0t0Bd/eQ+krZifE= ann@there',
    '73:b0:57:1c:5f:1e:fd:1d:9d:b9:e6:52:71:75:85:0a',
  ],
  [
    'ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBBm+IhEUCahNu1wGnqGADuOkIIZyOsmU4zh6x9++NjD5d4F/D6gunAC83RGg9wDpckiwdDLqO7NyNpTxmYEKXxvnW5NNevkIikD1Qx2A2iJDCzTEhvk8JC3AThQycxDZaw== ann@there',
    'c2:d7:c5:c4:22:57:5a:6f:de:ad:dd:77:a6:fd:0b:7f',
  ],
  [
    'ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBACnrx8VFvyLtEMtQCgqVPzEAYNQO9D8lzMSt3k+dHECNWm7mhiJBW8tl7HV7B5sJnrmLWF8+hdzifI95HjuRKQ85gCEnM97lPkp2fpabYp8LZ92EhgPFdEtPBK3PJMCVBaVcK3IRmoYfCiFFy1RtEhMlcn06DtGHb3rR5bfyHs0FldCCQ== ann@there',
    '2a:21:41:3d:34:e1:d0:c9:a5:43:3e:41:43:f8:7f:b4',
  ],
  [
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMZDBlq1i8tzMJE+UriuT6Qhwj7WF0zpREi6Z9gFPqng ann@there',
    '02:4a:d7:5e:45:79:04:83:a9:ed:70:78:37:f9:9c:e7',
  ],
  [
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC1xVTsNbHY1/HtNTCuYISbgznRCgjtem9vVdIRqV+qYOe1mFExVN13WTcoXlyqUqsT+hOvuheUPQn4x7Qllw/AzJ9rHY/g+nKEMYFIxPCyz5aG9wMdCoP87URIEoEaDNeWq16HRu5JO5BEI59tVYGzfUFNWQqFhc2jPBQ0dOu22Q== ann@there',
    'b9:fe:41:ec:be:d5:d9:20:7e:c6:d8:35:95:e8:48:cf',
  ],
] as const;

it.each(KEYS)('%s', (line, fingerprint) => {
  expect(sshFingerprint(line)).toBe(fingerprint);
  expect(sshFingerprint(`${line}\n`)).toBe(fingerprint);
  // The comment is no part of the key.
  expect(sshFingerprint(line.split(' ').slice(0, 2).join(' '))).toBe(fingerprint);
});

const ED25519 = KEYS.map(([line]): string => line).find((line) => line.startsWith('ssh-ed25519')) ?? '';

it.each([
  ['', 'nothing'],
  ['ssh-rsa', 'no key'],
  ['ssh-rsa !!!', 'no base64'],
  [ED25519.replace('ssh-ed25519', 'ssh-rsa'), 'another type than it says'],
  [ED25519.replace(' AAAA', '\tAAAA'), 'a tab, which Nova does not part it by'],
  [`ssh-ed25519 ${Buffer.from('ssh-ed25519').toString('base64')}`, 'the name of a type alone'],
  ['ssh-rsa AAAAB3NzaC1yc2EAAAAA', 'an RSA key without numbers'],
  ['-----BEGIN PUBLIC KEY-----', 'a PEM'],
])('%j is none: %s', (line) => {
  expect(sshFingerprint(line)).toBeNull();
});

it('a point that is not on its curve is no key', () => {
  for (const [line] of KEYS.filter(([one]) => one.startsWith('ecdsa'))) {
    const [type = '', text = ''] = line.split(' ');
    const bytes = Buffer.from(text, 'base64');
    bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
    expect(sshFingerprint(`${type} ${bytes.toString('base64')}`)).toBeNull();
  }
});

it('no bytes make it throw, and a key that is cut is none', () => {
  fc.assert(
    fc.property(fc.constantFrom(...KEYS), fc.nat(), fc.nat(255), ([line], at, byte) => {
      const [type = '', text = ''] = line.split(' ');
      const bytes = Buffer.from(text, 'base64');
      const cut = bytes.subarray(0, at % bytes.length);
      expect(sshFingerprint(`${type} ${cut.toString('base64')}`)).toBeNull();
      bytes.writeUInt8(byte, at % bytes.length);
      sshFingerprint(`${type} ${bytes.toString('base64')}`);
    }),
  );
});

it('the line of a key has that key in it', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const line = sshLine(publicKey, 'made by a test');
  expect(line).toMatch(/^ssh-rsa AAAAB3NzaC1yc2E\S+ made by a test$/);
  expect(sshFingerprint(line)).toMatch(/^[0-9a-f]{2}(:[0-9a-f]{2}){15}$/);
  // Parts by their lengths: the type, e, n.
  const bytes = Buffer.from(line.split(' ')[1] ?? '', 'base64');
  const e = bytes.subarray(15, 15 + bytes.readUInt32BE(11));
  const n = bytes.subarray(19 + e.length);
  expect(n.length).toBe(bytes.readUInt32BE(15 + e.length));
  const jwk = { kty: 'RSA', e: e.toString('base64url'), n: n.subarray(n[0] === 0 ? 1 : 0).toString('base64url') };
  expect(createPublicKey({ key: jwk, format: 'jwk' }).equals(publicKey)).toBe(true);
});
