// The options every command takes: which cloud, as whom, in which form, how much is told.

import type { Command } from 'commander';
import { Option } from 'commander';
import { AUTH_KEYS, CLOUD_KEYS } from './clouds.ts';
import { secondsOf } from './options.ts';

/** What they give; `osAuthUrl` and its like are read by `overridesOf`. */
export interface GlobalOptions {
  readonly osCloud?: string;
  readonly json?: boolean;
  readonly timeout: number;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly insecure?: boolean;
  readonly [key: `os${string}`]: string | undefined;
}

const KEYS = [...AUTH_KEYS, ...CLOUD_KEYS];
/** Those that --help tells one by one. */
const SHOWN: Readonly<Record<string, string>> = { cacert: 'file with certificates to trust besides the usual ones' };

/** Adds them to the program. */
export function addGlobalOptions(root: Command): Command {
  root.option(
    '--os-cloud <name>',
    'cloud in clouds.yaml; else OS_CLOUD, OS_* variables, or the only one there. Each OS_* variable has its option: --os-auth-url, --os-username, ...',
  );
  for (const key of KEYS) {
    const text = SHOWN[key];
    const option = new Option(`--os-${key.replaceAll('_', '-')} <value>`, text ?? `instead of OS_${key.toUpperCase()}`);
    root.addOption(text === undefined ? option.hideHelp() : option);
  }
  return root
    .option('--insecure', "believe any server's certificate")
    .option('--json', 'print JSON')
    .option('--timeout <seconds>', 'how long one request may take', secondsOf, 60)
    .option('--verbose', 'tell of each request, with its id')
    .option('--debug', 'tell also what was sent and answered, without secrets');
}

/** The --os-* options by the keys of clouds.yaml. */
export function overridesOf(options: GlobalOptions): Record<string, string | undefined> {
  const camel = (key: string) => key.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
  const own = KEYS.map((key) => [key, options[`os${camel(key)}`]] as const);
  return Object.fromEntries([['cloud', options.osCloud] as const, ...own]);
}
