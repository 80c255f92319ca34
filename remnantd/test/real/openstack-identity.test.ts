// Users, projects and roles as an admin keeps them with the unmodified `openstack` command, and as a new user meets them.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { DemoCloud } from './demo-cloud.ts';

let cloud: DemoCloud;
beforeAll(async () => {
  cloud = await DemoCloud.up(1);
});
afterAll(async () => {
  await cloud.close();
});

type Row = Readonly<Record<string, unknown>>;
const PASSWORD = 'a password with spaces';

const admin = (...words: string[]) => cloud.openstack('admin', '2.1', ...words);
const adminJson = <T>(...words: string[]) => cloud.openstackJson<T>('admin', '2.1', ...words);

/** What `openstack` wants in its environment to sign in as carol, for her project or as `more` says. */
async function carol(more: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> {
  const { OS_AUTH_URL = '' } = await cloud.credentials('admin');
  return {
    OS_AUTH_URL,
    OS_IDENTITY_API_VERSION: '3',
    OS_USERNAME: 'carol',
    OS_PASSWORD: PASSWORD,
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_NAME: 'lab',
    OS_PROJECT_DOMAIN_NAME: 'Default',
    ...more,
  };
}

const asCarol = async <T>(...words: string[]) =>
  JSON.parse(await cloud.openstackAs(await carol(), ...words, '-f', 'json')) as T;

it('makes a project, a user and a role', async () => {
  const project = await adminJson<Row>('project', 'create', '--description', 'The lab', 'lab');
  expect(project).toMatchObject({ name: 'lab', description: 'The lab', enabled: true, domain_id: 'default' });
  const words = ['--password', PASSWORD, '--email', 'carol@example.org', '--project', 'lab', 'carol'];
  const user = await adminJson<Row>('user', 'create', ...words);
  expect(user).toMatchObject({ name: 'carol', email: 'carol@example.org', default_project_id: project['id'] });
  await admin('role', 'add', '--project', 'lab', '--user', 'carol', 'member');
  expect(await adminJson<Row[]>('role', 'assignment', 'list', '--names', '--user', 'carol')).toEqual([
    expect.objectContaining({ Role: 'member', User: 'carol@Default', Project: 'lab@Default', System: '' }),
  ]);
  expect((await adminJson<Row[]>('role', 'list')).map((role) => role['Name'])).toEqual(['admin', 'member', 'reader']);
});

it('lets the new user in, who sees only what is hers', async () => {
  expect((await asCarol<Row[]>('project', 'list')).map((project) => project['Name'])).toEqual(['lab']);
  expect(await asCarol<Row>('user', 'show', 'carol')).toMatchObject({ name: 'carol', enabled: true });
  expect(await asCarol<Row[]>('server', 'list')).toEqual([]);
  await expect(asCarol('user', 'list')).rejects.toThrow('identity:list_users');
  await expect(asCarol('project', 'show', 'demo')).rejects.toThrow(/No project|not authorized/i);
});

it('issues, lists and revokes', async () => {
  const services = (await asCarol<Row[]>('catalog', 'list')).map((service) => service['Type']);
  expect(services).toEqual(expect.arrayContaining(['compute', 'identity', 'image']));
  const token = String((await asCarol<Row>('token', 'issue'))['id']);
  const env = { OS_AUTH_TYPE: 'v3token', OS_TOKEN: token, OS_USERNAME: '', OS_PASSWORD: '', OS_USER_DOMAIN_NAME: '' };
  const withToken = async () => cloud.openstackAs(await carol(env), 'server', 'list');
  expect(await withToken()).toBe('');
  await cloud.openstackAs(await carol(), 'token', 'revoke', token);
  await expect(withToken()).rejects.toThrow('401');
});

it('scopes to the system', async () => {
  const system = { OS_SYSTEM_SCOPE: 'all', OS_PROJECT_NAME: '', OS_PROJECT_DOMAIN_NAME: '' };
  await expect(cloud.openstackAs(await carol(system), 'user', 'list')).rejects.toThrow('401');
  await admin('role', 'add', '--system', 'all', '--user', 'carol', 'reader');
  const users = JSON.parse(await cloud.openstackAs(await carol(system), 'user', 'list', '-f', 'json')) as Row[];
  expect(users.map((user) => user['Name'])).toEqual(expect.arrayContaining(['admin', 'carol', 'demo']));
  await admin('role', 'remove', '--system', 'all', '--user', 'carol', 'reader');
  await expect(cloud.openstackAs(await carol(system), 'user', 'list')).rejects.toThrow('401');
});

it('lets users change their password, and what was signed in before is out', async () => {
  const changed = `${PASSWORD}, changed`;
  const words = ['user', 'password', 'set', '--original-password', PASSWORD, '--password', changed];
  await cloud.openstackAs(await carol(), ...words);
  await expect(asCarol('token', 'issue')).rejects.toThrow('401');
  await admin('user', 'set', '--password', PASSWORD, 'carol');
  expect(await asCarol<Row>('token', 'issue')).toHaveProperty('id');
});

it('shuts a disabled user out at once, its token too', async () => {
  const token = String((await asCarol<Row>('token', 'issue'))['id']);
  const env = { OS_AUTH_TYPE: 'v3token', OS_TOKEN: token, OS_USERNAME: '', OS_PASSWORD: '', OS_USER_DOMAIN_NAME: '' };
  await admin('user', 'set', '--disable', 'carol');
  await expect(cloud.openstackAs(await carol(env), 'server', 'list')).rejects.toThrow('401');
  await expect(asCarol('token', 'issue')).rejects.toThrow('401');
});

it('deletes the user and the project', async () => {
  await admin('project', 'set', '--name', 'lab-2', '--description', 'Done', 'lab');
  await admin('user', 'delete', 'carol');
  await admin('project', 'delete', 'lab-2');
  const projects = await adminJson<Row[]>('project', 'list');
  expect(projects.map((project) => project['Name'])).toEqual(['admin', 'alt', 'demo']);
});
