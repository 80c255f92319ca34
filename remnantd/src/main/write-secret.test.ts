// What is on the disk at each moment of writing a secret, and that only its owner reads it.

import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkReplaceable, replaceFile, writeBeside, writeNew } from './write-secret.ts';

let dir: string;
let file: string;
const text = () => readFileSync(file, 'utf8');

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'secret-'));
  file = join(dir, 'seed');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('writes a new one, and none over another', () => {
  writeNew(file, 'a');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(() => writeNew(file, 'b')).toThrow(`${file} cannot be written: EEXIST: file already exists`);
  expect(text()).toBe('a');
});

it('leaves the old one until the new one is settled, and for good when that is forgotten', () => {
  writeNew(file, 'old');
  writeBeside(file, 'lost').forget();
  expect([text(), readdirSync(dir)]).toEqual(['old', ['seed']]);
  const { settle } = writeBeside(file, 'new');
  expect(text()).toBe('old');
  settle();
  expect([text(), readdirSync(dir)]).toEqual(['new', ['seed']]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('says where the new one is when it cannot be put in its place', () => {
  const { settle } = writeBeside(file, 'new');
  mkdirSync(file);
  expect(settle).toThrow(
    `${file} cannot be written: EISDIR: illegal operation on a directory; what belongs there is in ${file}.arriving`,
  );
  expect(readFileSync(`${file}.arriving`, 'utf8')).toBe('new');
});

it('replaces a file for the one who owned it', () => {
  replaceFile(file, 'a');
  const { uid, gid } = statSync(file);
  // Only root may give a file away; for anybody else the owner stays who it is.
  const owner = uid === 0 ? { uid: 12_345, gid: 12_345 } : { uid, gid };
  chownSync(file, owner.uid, owner.gid);
  replaceFile(file, 'b');
  expect(text()).toBe('b');
  expect(statSync(file)).toMatchObject(owner);
});

it('knows before anything is changed what cannot be replaced', () => {
  writeNew(file, 'old');
  checkReplaceable(file);
  expect([text(), readdirSync(dir)]).toEqual(['old', ['seed']]);
  checkReplaceable(join(dir, 'new'));
  expect(existsSync(join(dir, 'new'))).toBe(false);
  expect(() => checkReplaceable(dir)).toThrow(`${dir} cannot be written: it is a folder`);
  expect(() => checkReplaceable(join(dir, 'none/seed'))).toThrow(
    'cannot be written: ENOENT: no such file or directory',
  );
  expect(() => replaceFile(dir, 'x')).toThrow('it is a folder');
});
