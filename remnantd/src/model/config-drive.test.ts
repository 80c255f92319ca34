// A config drive says what its server is, and gives its owner's bytes as they are.

import { expect, it } from 'vitest';
import type { ConfigDrive, CreateSpec } from './command.ts';
import { configDriveFiles } from './config-drive.ts';
import { asId } from './ids.ts';

const spec: CreateSpec = {
  id: asId('00010203-0405-4607-8809-0a0b0c0d0e0f'),
  name: 'instance-00000001',
  displayName: 'wéb',
  projectId: 'p1',
  vcpus: 1,
  memoryMb: 128,
  image: asId('70000000-0000-4000-8000-000000000001'),
  boot: {},
  metadata: { role: 'db' },
};
const drive: ConfigDrive = { hostname: 'web', availabilityZone: 'nova', key: null, userData: null, launchIndex: 0 };
const META = 'openstack/latest/meta_data.json';

it('says what the server is', () => {
  const files = configDriveFiles(spec, drive);
  expect(Object.keys(files)).toEqual([META]);
  expect(JSON.parse(String(files[META]))).toEqual({
    uuid: spec.id,
    name: 'wéb',
    hostname: 'web',
    availability_zone: 'nova',
    launch_index: 0,
    project_id: 'p1',
    meta: { role: 'db' },
  });
});

it('has its key under its name and as a list', () => {
  const key = { name: 'mine', publicKey: 'ssh-ed25519 AAAA' };
  expect(JSON.parse(String(configDriveFiles(spec, { ...drive, key })[META]))).toMatchObject({
    public_keys: { mine: 'ssh-ed25519 AAAA' },
    keys: [{ name: 'mine', type: 'ssh', data: 'ssh-ed25519 AAAA' }],
  });
});

it('gives what its owner gave, whatever bytes they are', () => {
  // A gzip, as cloud-init takes it: no text in any encoding.
  const bytes = Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xff, 0xfe, 0x0a]);
  const files = configDriveFiles(spec, { ...drive, userData: bytes.toString('base64') });
  expect(files['openstack/latest/user_data']).toEqual(bytes);
});

it('has further files of its owner, and says where in the guest they belong', () => {
  const files = [
    { path: '/etc/motd', contents: 'aGk=' },
    { path: '/b', contents: '/w==' },
  ];
  const written = configDriveFiles(spec, { ...drive, files });
  expect(JSON.parse(String(written[META]))).toMatchObject({
    files: [
      { path: '/etc/motd', content_path: '/content/0000' },
      { path: '/b', content_path: '/content/0001' },
    ],
  });
  expect(written['openstack/content/0000']).toEqual(Buffer.from('hi'));
  expect(written['openstack/content/0001']).toEqual(Buffer.from([0xff]));
});
