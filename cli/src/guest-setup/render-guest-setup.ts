// A guest's setup as text: user data for cloud-init, or a shell script that does the same in a guest that runs already.
// Both carry the very same files and end in the same step.

import { filled, type GuestFile, type GuestPlan, guestFiles, guestPackages } from './guest-files.ts';
import { DEFAULT_CRASHKERNEL, targetWord } from './guest-options.ts';

/** The forms it is printed in. */
export const GUEST_FORMATS = ['cloud-config', 'script'] as const;
/** One of them. */
export type GuestFormat = (typeof GUEST_FORMATS)[number];

/** No line of any file is this; the files are read from between two of them. */
const HEREDOC = 'END_OF_REMNANT_FILE';

/** The text to print: plain, commented, and the same for the same choices. */
export function renderGuestSetup(plan: GuestPlan, format: GuestFormat): string {
  const files = guestFiles(plan);
  const packages = guestPackages(plan);
  const common = { COMMAND: commandLine(plan, format), NOTES: notes(plan).join('\n') };
  if (format === 'script') {
    return filled('script.sh', { ...common, PACKAGES: packages.join(' '), FILES: files.map(asHeredoc).join('\n') });
  }
  return filled('cloud-config.yaml', {
    ...common,
    PACKAGES: packages.join(', '),
    FILES: files.map(asBlock).join('\n'),
  });
}

/** The command that prints this. */
function commandLine({ target, crashkernel }: GuestPlan, format: GuestFormat): string {
  const words = ['remnant guest-setup', `--target ${targetWord(target)}`];
  if (crashkernel !== DEFAULT_CRASHKERNEL) words.push(`--crashkernel ${crashkernel}`);
  if (format !== 'cloud-config') words.push(`--format ${format}`);
  return words.join(' ');
}

/** What becomes of a dump, and what nobody could know when this was printed. */
function notes({ target, crashkernel }: GuestPlan): string[] {
  const about = {
    port: [
      'The dump goes to the host, through the virtio-serial port remnant.dump. Not known here: does this guest have that port?',
      'Servers that Remnant made do. Without it, dumps go to /var/crash on the disk.',
    ],
    disk: ['The dump goes to /var/crash on the disk. Not known here: is there room for it, and for the next ones?'],
    nfs: [
      `The dump goes to ${target.kind === 'nfs' ? target.export : ''}. Not known here: does the crash kernel reach that`,
      'server by the network this guest comes up with, and may it write there?',
    ],
  }[target.kind];
  const memory =
    crashkernel === DEFAULT_CRASHKERNEL
      ? 'Guests below 384 MiB get no crash kernel. With a little more it may not fit: --crashkernel.'
      : `Not known here: do ${crashkernel} fit into this guest, and its crash kernel into that?`;
  return ['', ...about, memory, '`remnant server readiness SERVER` tells whether all of it took effect.'].map((line) =>
    `# ${line}`.trimEnd(),
  );
}

function asBlock({ path, mode, text }: GuestFile): string {
  const lines = text.split('\n').map((line) => (line === '' ? '' : `      ${line}`));
  return [`  - path: ${path}`, `    permissions: '${mode}'`, '    content: |', ...lines].join('\n');
}

function asHeredoc({ path, mode, text }: GuestFile): string {
  return `put ${mode} ${path} <<'${HEREDOC}'\n${text}${HEREDOC}\n`;
}
