// What a guest reads on its config drive (Nova's format, `openstack/latest`; cloud-init's ConfigDrive source): the files by path.

import type { ConfigDrive, CreateSpec } from './command.ts';

/** The files of a server's config drive: `meta_data.json`, and `user_data` and further files where its owner gave some. */
export function configDriveFiles(spec: CreateSpec, drive: ConfigDrive): Record<string, string | Uint8Array> {
  const { files = [], key, userData } = drive;
  const contents = files.map(({ contents: text }, n) => [contentPath(n), Buffer.from(text, 'base64')] as const);
  const meta = {
    uuid: spec.id,
    name: spec.displayName,
    hostname: drive.hostname,
    availability_zone: drive.availabilityZone,
    launch_index: drive.launchIndex,
    project_id: spec.projectId,
    meta: spec.metadata,
    ...(key === null
      ? {}
      : {
          public_keys: { [key.name]: key.publicKey },
          keys: [{ name: key.name, type: 'ssh', data: key.publicKey }],
        }),
    ...(files.length === 0 ? {} : { files: files.map(({ path }, n) => ({ path, content_path: contentPath(n) })) }),
  };
  return {
    'openstack/latest/meta_data.json': JSON.stringify(meta),
    ...Object.fromEntries(contents.map(([path, bytes]) => [`openstack${path}`, bytes])),
    ...(userData === null ? {} : { 'openstack/latest/user_data': Buffer.from(userData, 'base64') }),
  };
}

/** Where the n-th file of an owner stands, as `meta_data.json` names it. */
function contentPath(n: number): string {
  return `/content/${String(n).padStart(4, '0')}`;
}
