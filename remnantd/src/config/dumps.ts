// The section about crash dumps: how long is waited for what, and how much of them a host keeps.

import { Type } from 'typebox';
import { AFTER_PANIC_WORDS, MEMORY_WORDS } from '../model/dump-wishes.ts';

const closed = { additionalProperties: false } as const;
const seconds = (description: string, value: number) =>
  Type.Number({ description: `${description} Seconds.`, exclusiveMinimum: 0, default: value });
const gibibytes = (description: string, value: number) =>
  Type.Number({ description: `${description} GiB.`, exclusiveMinimum: 0, default: value });

/** Following crash dumps. */
export const dumps = Type.Object(
  {
    react: seconds('How long a guest has to react to an NMI.', 60),
    crash_kernel: seconds('How long a crash kernel that took over has to be heard.', 120),
    stall: seconds('How long a dump may stand still while it is written.', 60),
    finish: seconds('How long a host has to check a dump that was handed over.', 60),
    reboot: seconds('How long a guest whose dump was captured is waited for to come back.', 120),
    find: seconds('How long a look into a guest that came back may take.', 180),
    whole: seconds(
      'A dump is over after this time, whatever it waits for. While it runs, a second NMI is refused.',
      1800,
    ),
    most_per_dump: gibibytes('A dump larger than this is thrown away; the guest never waits for it.', 64),
    most_per_host: gibibytes('What a host keeps of all dumps.', 256),
    memory: Type.Union(
      MEMORY_WORDS.map((word) => Type.Literal(word)),
      {
        description:
          "When the hypervisor writes a guest's memory: `never`, as `fallback` when the guest itself gave no dump, or `always`. A request or the server's metadata `remnant:memory_dump` says otherwise.",
        default: 'never',
      },
    ),
    memory_format: Type.Union([Type.Literal('kdump'), Type.Literal('elf')], {
      description:
        "In which format the hypervisor writes a guest's memory: `kdump` is compressed, and takes longer; `elf` is as large as the memory.",
      default: 'kdump',
    }),
    memory_timeout: seconds(
      "How long the hypervisor may take to write a guest's memory; the guest is paused so long.",
      1800,
    ),
    after_panic: Type.Union(
      AFTER_PANIC_WORDS.map((word) => Type.Literal(word)),
      {
        description:
          "What becomes of a guest that panicked without a crash kernel: `keep` it as it is, `reboot` it, or `stop` it. A request or the server's metadata `remnant:after_panic` says otherwise.",
        default: 'keep',
      },
    ),
    most_per_project: gibibytes(
      'What a project keeps of all dumps. Past it, no memory dump is made for it, and no dump that nobody asked for is kept; one that a guest was asked for is kept all the same.',
      128,
    ),
    keep_days: Type.Number({
      description: 'A file that came of a dump is deleted after this time. Days.',
      exclusiveMinimum: 0,
      default: 30,
    }),
    extract: Type.Boolean({
      description:
        "Take the kernel's log (dmesg) and its last words out of dumps, on the host, with makedumpfile in a sandbox.",
      default: true,
    }),
    makedumpfile: Type.String({
      description: "The host's makedumpfile: a path, or a name to look for in PATH.",
      minLength: 1,
      default: 'makedumpfile',
    }),
    extract_in_memory: gibibytes(
      'A dump up to this size lies in memory while it is looked into, a larger one in a file for its owner only.',
      0.5,
    ),
    keep_free: gibibytes('What a host leaves free on the disk.', 1),
  },
  { ...closed, default: {}, description: 'Following crash dumps.' },
);
