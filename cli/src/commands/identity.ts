// `remnant user`, `project` and `role`: who may come in, and as what. For administrators of the built-in identity.

import { randomBytes } from 'node:crypto';
import { text as textOf } from 'node:stream/consumers';
import type { Project, RemnantClient, User } from '@remnant/client';
import { entries } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import type { Named } from '../each.ts';
import { doEach } from '../each.ts';
import { usage } from '../exit.ts';
import { findAmong } from '../find.ts';
import { drawFields, drawTable } from '../table.ts';

type Kind = 'user' | 'project' | 'role';

/** The nouns. */
export function identityCommands(): Command[] {
  const user = new Command('user').description('Users (admin)');
  const project = new Command('project').description('Projects (admin)');
  return [
    user.addCommand(listOf('user')).addCommand(createUser()).addCommand(setPassword()).addCommand(deleteOf('user')),
    project.addCommand(listOf('project')).addCommand(createProject()).addCommand(deleteOf('project')),
    new Command('role')
      .description('Roles of users (admin)')
      .addCommand(listOf('role'))
      .addCommand(grant('add', 'Give a user a role'))
      .addCommand(grant('remove', "Take a user's role away")),
  ];
}

async function all(client: RemnantClient, kind: Kind): Promise<(Named & { readonly enabled?: boolean })[]> {
  const found: Named[] = [];
  const list = {
    user: () => entries(client.users.list, {}, (page): readonly Named[] => page.users),
    project: () => entries(client.projects.list, {}, (page): readonly Named[] => page.projects),
    role: () => entries(client.roles.list, {}, (page): readonly Named[] => page.roles),
  };
  for await (const one of list[kind]()) found.push(one);
  return found;
}

async function find(client: RemnantClient, kind: Kind, wanted: string): Promise<Named> {
  return findAmong(kind, wanted, await all(client, kind));
}

function listOf(kind: Kind): Command {
  return new Command('list').description(`List ${kind}s`).action(async (_options: object, command: Command) => {
    const { client, show } = contextOf(command);
    const found = await all(client, kind);
    const head = kind === 'role' ? ['ID', 'Name'] : ['ID', 'Name', 'Enabled'];
    show(found, () =>
      drawTable(
        head,
        found.map((one) => [one.id, one.name, one.enabled].slice(0, head.length)),
      ),
    );
  });
}

function deleteOf(kind: 'user' | 'project'): Command {
  return new Command('delete')
    .description(`Delete ${kind}s`)
    .argument(`<${kind}...>`, 'names or ids')
    .action(async (wanted: readonly string[], _options: object, command: Command) => {
      const context = contextOf(command);
      const { client } = context;
      const named = await Promise.all(wanted.map((one) => find(client, kind, one)));
      await doEach(context, named, {
        which: ({ id }) => ({ [kind]: id }),
        act: ({ id }) => (kind === 'user' ? client.users.delete(id) : client.projects.delete(id)),
        json: ({ requestId }) => ({ request_id: requestId }),
        draw: ({ requestId }) => `deleted: request ${requestId ?? '-'}`,
      });
    });
}

interface PasswordOptions {
  readonly passwordStdin?: boolean;
}

/** The password on stdin, or a random one that is shown once: never one on the command line, which others can see. */
async function newPassword({
  passwordStdin,
}: PasswordOptions): Promise<{ password: string; shown: { password?: string } }> {
  if (passwordStdin !== true) {
    const password = randomBytes(18).toString('base64url');
    return { password, shown: { password } };
  }
  const password = (await textOf(process.stdin)).replace(/\r?\n$/, '');
  if (password === '') throw usage('there is no password on stdin');
  return { password, shown: {} };
}

const STDIN = ['--password-stdin', 'read the password from stdin; without, one is made and shown'] as const;

function createUser(): Command {
  return new Command('create')
    .description('Create a user')
    .argument('<name>', 'its name')
    .option(...STDIN)
    .action(async (name: string, options: PasswordOptions, command: Command) => {
      const { client, show } = contextOf(command);
      const { password, shown } = await newPassword(options);
      const { user } = await client.users.create({ user: { name, password } });
      const value = { ...user, ...shown };
      show(value, () => drawEntry(value));
    });
}

function setPassword(): Command {
  return new Command('set-password')
    .description('Give a user another password')
    .argument('<user>', 'name or id')
    .option(...STDIN)
    .action(async (wanted: string, options: PasswordOptions, command: Command) => {
      const { client, show } = contextOf(command);
      const { id } = await find(client, 'user', wanted);
      const { password, shown } = await newPassword(options);
      const { user } = await client.users.update(id, { user: { password } });
      const value = { ...user, ...shown };
      show(value, () => drawEntry(value));
    });
}

function createProject(): Command {
  return new Command('create')
    .description('Create a project')
    .argument('<name>', 'its name')
    .option('--description <text>', 'what it is for')
    .action(async (name: string, options: { description?: string }, command: Command) => {
      const { client, show } = contextOf(command);
      const { project } = await client.projects.create({ project: { name, ...options } });
      show(project, () => drawEntry(project));
    });
}

interface GrantOptions {
  readonly user: string;
  readonly project?: string;
  readonly system?: boolean;
}

function grant(name: 'add' | 'remove', summary: string): Command {
  return new Command(name)
    .description(summary)
    .argument('<role>', 'name or id')
    .requiredOption('--user <user>', 'name or id')
    .option('--project <project>', 'in this project')
    .option('--system', 'in the whole system')
    .action(async (wanted: string, options: GrantOptions, command: Command) => {
      if ((options.project === undefined) === (options.system !== true)) {
        throw usage('where? one of --project and --system');
      }
      const { client, show } = contextOf(command);
      const role = await find(client, 'role', wanted);
      const user = await find(client, 'user', options.user);
      const project = options.project === undefined ? null : await find(client, 'project', options.project);
      const verb = name === 'add' ? 'create' : 'revoke';
      await (project === null
        ? client.systemGrants[verb](user.id, role.id)
        : client.projectGrants[verb](project.id, user.id, role.id));
      const where = project === null ? 'the system' : project.name;
      show({ role: role.id, user: user.id, project: project?.id ?? null }, () =>
        name === 'add'
          ? `${user.name} has the role ${role.name} in ${where}`
          : `${user.name} has not the role ${role.name} in ${where} any more`,
      );
    });
}

function drawEntry(value: (User & { readonly password?: string }) | Project): string {
  const { links: _, ...fields } = value;
  return drawFields(Object.entries(fields));
}
