// `remnant guest-setup`: prints what makes a guest ready for a crash dump. It asks no cloud and changes nothing.

import { Command, Option } from 'commander';
import type { GlobalOptions } from '../global-options.ts';
import {
  crashkernelOf,
  DEFAULT_CRASHKERNEL,
  type GuestTarget,
  targetOf,
  targetWord,
} from '../guest-setup/guest-options.ts';
import { GUEST_FORMATS, type GuestFormat, renderGuestSetup } from '../guest-setup/render-guest-setup.ts';

interface Chosen extends GlobalOptions {
  readonly target: GuestTarget;
  readonly crashkernel: string;
  readonly format: GuestFormat;
}

/** The command. */
export function guestSetupCommand(): Command {
  return new Command('guest-setup')
    .description('Print what makes a Debian guest ready for a crash dump: user data for cloud-init, or a script')
    .addOption(
      new Option('--target <where>', "where the crash kernel takes the dump: port (the host's), disk, nfs=SERVER:/PATH")
        .argParser(targetOf)
        .default({ kind: 'port' }, 'port'),
    )
    .addOption(
      new Option('--crashkernel <size>', 'memory for the crash kernel: 192M, or by memory: 512M-2G:128M,2G-:192M')
        .argParser(crashkernelOf)
        .default(DEFAULT_CRASHKERNEL),
    )
    .addOption(
      new Option('--format <form>', 'for a new guest, or for one that runs')
        .choices(GUEST_FORMATS)
        .default('cloud-config'),
    )
    .action((_options: object, command: Command) => {
      const { target, crashkernel, format, json } = command.optsWithGlobals<Chosen>();
      const text = renderGuestSetup({ target, crashkernel }, format);
      const shown = { target: targetWord(target), crashkernel, format, text };
      process.stdout.write(json === true ? `${JSON.stringify(shown, null, 2)}\n` : text);
    });
}
