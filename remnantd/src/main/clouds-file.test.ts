// clouds.yaml: what clients read is there, what was there stays, and nobody but its owner can read it.

import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { addClouds, correctAuthUrls } from './clouds-file.ts';

const account = (user: string) => ({
  user,
  password: `secret of ${user}`,
  project: 'demo',
  role: 'member' as const,
  system: false,
});
const URL = 'http://127.0.0.1:8774';
const cloudsIn = (path: string) => (parse(readFileSync(path, 'utf8')) as { clouds: Record<string, unknown> }).clouds;

describe('the clouds file', () => {
  it('has a cloud for each account', () => {
    const path = join(tempDir(), 'clouds.yaml');
    addClouds(path, [account('ann')], URL, 'RegionOne');
    expect(cloudsIn(path)).toEqual({
      ann: {
        auth_type: 'password',
        auth: {
          auth_url: `${URL}/identity/v3`,
          username: 'ann',
          password: 'secret of ann',
          project_name: 'demo',
          user_domain_name: 'Default',
          project_domain_name: 'Default',
        },
        region_name: 'RegionOne',
        identity_api_version: '3',
      },
    });
  });

  it('can be read by its owner alone, also where an older one could be read by all', () => {
    const dir = tempDir();
    const path = join(dir, 'clouds.yaml');
    addClouds(path, [account('ann')], URL, 'r');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    writeFileSync(`${path}.new`, 'left by a crash', { mode: 0o644 });
    addClouds(path, [account('bob')], URL, 'r');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['clouds.yaml']);
  });

  it('keeps the clouds that are there', () => {
    const path = join(tempDir(), 'clouds.yaml');
    writeFileSync(path, 'clouds: {mine: {auth_type: token}}\n');
    addClouds(path, [account('ann')], URL, 'r');
    expect(Object.keys(cloudsIn(path))).toEqual(['mine', 'ann']);
    expect(cloudsIn(path)['mine']).toEqual({ auth_type: 'token' });
  });

  it.each(['', '# mine\n', 'clouds:\n', '{}'])('is begun in a file that says nothing: %j', (text) => {
    const path = join(tempDir(), 'clouds.yaml');
    writeFileSync(path, text);
    addClouds(path, [account('ann')], URL, 'r');
    expect(Object.keys(cloudsIn(path))).toEqual(['ann']);
  });

  it.each(['just text', '[1]', 'clouds: [1]', 'clouds: x', 'clouds: {a: b'])('leaves %j alone, and says so', (text) => {
    const path = join(tempDir(), 'clouds.yaml');
    writeFileSync(path, text);
    expect(() => addClouds(path, [account('ann')], URL, 'r')).toThrow(`${path}: not`);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('keeps what else is in the file', () => {
    const path = join(tempDir(), 'clouds.yaml');
    writeFileSync(path, 'cache: {auth: true}\n');
    addClouds(path, [account('ann')], URL, 'r');
    expect(parse(readFileSync(path, 'utf8'))).toMatchObject({ cache: { auth: true }, clouds: { ann: {} } });
  });

  it('is not made for nobody', () => {
    const path = join(tempDir(), 'clouds.yaml');
    addClouds(path, [], URL, 'r');
    expect(existsSync(path)).toBe(false);
  });
});

describe('where its own accounts sign in', () => {
  const NEW = 'https://cloud.example.org:9000';
  const write = (text: string) => {
    const path = join(tempDir(), 'clouds.yaml');
    writeFileSync(path, text, { mode: 0o640 });
    return path;
  };

  it('is put right, and nothing else is touched', () => {
    const text = `# the lab's
clouds:
  ann:   # mine
    auth: {auth_url: ${URL}/identity/v3, username: ann,   password: "0123"}
    region_name: 'here'
  bob:
    auth:
      auth_url: '${URL}/identity/v3'  # by hand
      username: bob
  mine: {auth: {auth_url: ${URL}/identity/v3, username: ann}}
`;
    const path = write(text);
    expect(correctAuthUrls(path, ['ann', 'bob', 'zoe'], NEW)).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(
      text
        .replace(`${URL}/identity/v3, username: ann,  `, `"${NEW}/identity/v3", username: ann,  `)
        .replace(`'${URL}/identity/v3'`, `"${NEW}/identity/v3"`),
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(correctAuthUrls(path, ['ann', 'bob'], NEW)).toBe(false);
  });

  it('is right in what addClouds has written', () => {
    const path = join(tempDir(), 'clouds.yaml');
    addClouds(path, [account('ann'), account('bob')], URL, 'r');
    expect(correctAuthUrls(path, ['ann', 'bob'], URL)).toBe(false);
    expect(correctAuthUrls(path, ['ann'], 'http://[::1]:1')).toBe(true);
    expect(cloudsIn(path)).toMatchObject({
      ann: { auth: { auth_url: 'http://[::1]:1/identity/v3', password: 'secret of ann' } },
      bob: { auth: { auth_url: `${URL}/identity/v3` } },
    });
  });

  it.each([
    'clouds: {ann: {auth: {auth_url: http://k:5000/v3, username: ann}}}',
    'clouds: {ann: {auth: {auth_url: http://h/identity/v3, username: someone}}}',
    'clouds: {ann: {auth: {auth_url: 7, username: ann}}}',
    'clouds: {ann: {auth: x}}',
    'clouds: {ann: [',
    'clouds: [ann]',
    'text',
    '',
  ])('is left alone in %j', (text) => {
    const path = write(text);
    expect(correctAuthUrls(path, ['ann'], NEW)).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('makes no file', () => {
    const path = join(tempDir(), 'clouds.yaml');
    expect(correctAuthUrls(path, ['ann'], NEW)).toBe(false);
    expect(existsSync(path)).toBe(false);
  });
});
