// What an operation is called elsewhere: the SDK's method, by rule, and the commands of the CLI, by this list.

/** Commands by operation, without `remnant`; what is not here has none. A test holds each against the commands there are. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'servers.list': ['server list'],
  'servers.detail': ['server list'],
  'servers.show': ['server show'],
  'servers.create': ['server create'],
  'servers.update': ['server set'],
  'servers.delete': ['server delete'],
  'servers.start': ['server start'],
  'servers.stop': ['server stop'],
  'servers.pause': ['server pause'],
  'servers.unpause': ['server unpause'],
  'servers.lock': ['server lock'],
  'servers.unlock': ['server unlock'],
  'servers.trigger-crash-dump': ['server trigger-crash-dump', 'trigger-crash'],
  'servers.inject-nmi': ['server inject-nmi', 'inject-nmi'],
  'servers.get-console-output': ['console'],
  'server-metadata.create': ['server set'],
  'server-metadata.delete': ['server unset'],
  'server-tags.update': ['server set'],
  'server-tags.delete': ['server unset'],
  'os-instance-actions.list': ['server event list'],
  'os-instance-actions.show': ['server event show'],
  'os-services.list': ['service list'],
  'os-services.update': ['service enable', 'service disable', 'service force-down'],
  'os-services.delete': ['service delete'],
  'dumps.list': ['dump list'],
  'dumps.show': ['dump show'],
  'dumps.create': ['server trigger-crash-dump', 'trigger-crash'],
  'artefacts.download': ['dump download'],
  'artefacts.delete': ['dump delete'],
  'artefacts.dmesg': ['dump dmesg'],
  'readiness.show': ['server readiness'],
  'hosts.list': ['host list'],
  'hosts.show': ['host show'],
  'hosts.transitions': ['host transitions'],
  'remnant-servers.list': ['server list'],
  'audit.list': ['audit list'],
  'users.list': ['user list'],
  'users.create': ['user create'],
  'users.update': ['user set-password'],
  'users.delete': ['user delete'],
  'projects.list': ['project list'],
  'projects.create': ['project create'],
  'projects.delete': ['project delete'],
  'roles.list': ['role list'],
  'project-grants.create': ['role add'],
  'project-grants.revoke': ['role remove'],
  'system-grants.create': ['role add'],
  'system-grants.revoke': ['role remove'],
};

/** Operations of Remnant's own API that no command sends, with the reason. It only shrinks. */
export const WITHOUT_COMMAND: Readonly<Record<string, string>> = {
  'remnant.version': 'for programs that ask which API they have found',
  'artefacts.check': 'for programs that ask how long a file is before they get it; `dump show` tells people',
};

/** The commands that send operation `id`, as they are typed. */
export function commandsOf(id: string): string[] {
  return (COMMANDS[id] ?? []).map((command) => `remnant ${command}`);
}

/** Every command that is named here, without `remnant`. */
export function namedCommands(): string[] {
  return [...new Set(Object.values(COMMANDS).flat())];
}

/** The SDK's method: `servers.triggerCrashDump`. */
export function methodOf(id: string): string {
  const [noun = id, ...verb] = id.split('.');
  return [noun, verb.join('-')].map(camel).join('.');
}

function camel(words: string): string {
  return words.replaceAll(/-(\w)/g, (_whole, letter: string) => letter.toUpperCase());
}
