// The real guests of the verdict table: what each is, what is done to it before and after its NMI, and what must be true of
// it beside the verdict.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { GuestBehaviour } from '../harness/verdict-table.ts';
import type { ShownDump } from './cloud-user.ts';
import { dumpsBelow, type GuestWish, QEMU_USER, type VerdictCloud } from './verdict-cloud.ts';

const run = promisify(execFile);

/** A guest of the table. */
export interface VerdictGuest extends Omit<GuestWish, 'options'> {
  /** Options of its kernel's command line. */
  readonly options?: string | ((cloud: VerdictCloud) => string);
  /** What its console says when it is ready for its NMI; `GUEST-READY` without. */
  readonly ready?: string;
  /** Its server, in the place of one that is made. */
  readonly server?: (cloud: VerdictCloud) => Promise<string>;
  /** Changes its definition before it boots. */
  readonly edit?: (xml: string) => string;
  readonly before?: (cloud: VerdictCloud, id: string) => Promise<void>;
  readonly after?: (cloud: VerdictCloud, id: string) => Promise<void>;
  readonly proof?: (cloud: VerdictCloud, id: string, dump: ShownDump) => Promise<void>;
}

const STALLED = 'every CPU now spins with interrupts off';
const SMP_STALL = { cpus: 2, options: 'kd.stall=hard', ready: STALLED } as const;
const ANNOUNCED = 'crash_kexec_post_notifiers';
const DISK_GUEST = 'disk-guest';

/** Runs the guest that was there before Remnant: a disk of its own, a guest agent, nothing that Remnant made. */
export async function startDiskGuest(cloud: VerdictCloud): Promise<void> {
  const disk = join(cloud.folder, 'disk.img');
  await run('truncate', ['-s', '128M', disk]);
  await run('mkfs.ext4', ['-q', '-F', disk]);
  const devices = `<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>`;
  const options = `kd.dump=ext4 kd.agent=on ${ANNOUNCED}`;
  await cloud.define(DISK_GUEST, cloud.foreignXml(DISK_GUEST, options, devices));
  await cloud.virsh('start', DISK_GUEST);
}

/** All of them. */
export const VERDICT_GUESTS: Readonly<Record<GuestBehaviour, VerdictGuest>> = {
  'kdump to the dump port': { image: 'kdump', proof: isReadByMakedumpfile },
  'kdump to the dump port, announced': {
    image: 'kdump',
    options: ANNOUNCED,
    before: async (cloud, id) => expect(await cloud.qemuUser(id)).toBe(QEMU_USER),
    proof: crashloadedSeen,
  },
  'kdump of a hard stall': { image: 'kdump', ...SMP_STALL },
  'kdump of a paused guest, when it resumes': {
    image: 'kdump',
    before: async (cloud, id) => {
      await cloud.user.act(id, { pause: null });
      await cloud.user.until(id, 'PAUSED');
    },
    after: async (cloud, id) => {
      const waiting = await cloud.user.dump(id, (dump) => dump.phase === 'waiting');
      expect(waiting).toMatchObject({ waits_for: 'resume', nmi: 'latched', verdict: null });
      await cloud.user.act(id, { unpause: null });
    },
  },
  "kdump to the guest's own disk": {
    image: 'kdump',
    server: async (cloud) => {
      const id = await cloud.virsh('domuuid', DISK_GUEST);
      await cloud.foreignConsoleSays(DISK_GUEST, 'GUEST-READY');
      // What was on its disk before is known then, and so what is new there afterwards.
      await cloud.user.isLearnt(id);
      return id;
    },
    proof: onItsDisk,
  },
  'kdump to NFS': {
    image: 'kdump',
    options: (cloud) => `kd.dump=nfs:10.0.2.2:/export kd.nfs=vers=4.1,port=${cloud.nfsPort} ${ANNOUNCED}`,
    edit: (xml) => xml.replace('</devices>', "<interface type='user'><model type='virtio'/></interface></devices>"),
    proof: onTheNfsServer,
  },
  // It has no such disk.
  'kdump that cannot save': { image: 'kdump', options: `kd.dump=ext4 ${ANNOUNCED}` },
  'kdump that breaks off': { image: 'kdump', options: 'kd.cut=4000000' },
  'a crash kernel that dies unheard': { image: 'kdump', options: `kd.hang=silent ${ANNOUNCED}` },
  'a crash kernel that hangs when it is up': { image: 'kdump', options: 'kd.hang=up' },
  'a crash kernel that hangs in the dump': { image: 'kdump', options: 'kd.hang=dump kd.cut=4000000' },
  'a panic without kdump': { image: 'plain' },
  'a panic of a hard stall without kdump': { image: 'plain', ...SMP_STALL },
  'a panic without a panic device': {
    image: 'plain',
    edit: (xml) => xml.replace(/<panic [^]*?<\/panic>|<panic [^>]*\/>/, ''),
  },
  'an ignored NMI': { image: 'plain', options: 'kd.nmi=none', proof: stillRuns },
  // It ignores the NMI too, and says so on no console.
  'no sign at all': { image: 'plain', options: 'kd.nmi=none loglevel=0', proof: stillRuns },
  'power lost right after the NMI': {
    image: 'kdump',
    after: async (cloud, id) => {
      await cloud.user.dump(id, (dump) => dump.phase === 'sent');
      await cloud.losePower(id);
    },
  },
};

async function crashloadedSeen(_: VerdictCloud, __: string, dump: ShownDump): Promise<void> {
  expect(dump.evidence.map(({ kind }) => kind)).toContain('crashloaded');
}

/** What its owner downloads is what the guest wrote, and makedumpfile reads the panic in it. */
async function isReadByMakedumpfile(cloud: VerdictCloud, id: string, dump: ShownDump): Promise<void> {
  const [artefact] = dump.artefacts;
  if (artefact === undefined) throw new Error('there is no artefact');
  const file = join(cloud.folder, artefact.id);
  await cloud.user.download(id, dump, artefact, file);
  const bytes = await readFile(file);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(artefact.sha256);
  await cloud.rearrange(file, `${file}.vmcore`);
  expect((await readFile(`${file}.vmcore`)).subarray(0, 8).toString('latin1')).toBe('KDUMP   ');
  await cloud.makedumpfile('--dump-dmesg', `${file}.vmcore`, `${file}.dmesg`);
  expect(await readFile(`${file}.dmesg`, 'latin1')).toContain('Kernel panic - not syncing: NMI: Not continuing');
}

async function stillRuns(cloud: VerdictCloud, id: string): Promise<void> {
  expect(await cloud.virsh('domstate', id)).toBe('running');
}

async function onItsDisk(cloud: VerdictCloud, id: string, dump: ShownDump): Promise<void> {
  expect(dump.reason).toContain("on the guest's own disk: seen there after the reboot");
  await cloud.virsh('destroy', id);
  const { stdout } = await run('debugfs', ['-R', 'ls -p /', join(cloud.folder, 'disk.img')]);
  const stamp = /\/(\d{12})\//.exec(stdout)?.[1] ?? 'no dump';
  const copy = join(cloud.folder, 'from-disk');
  await run('debugfs', ['-R', `dump /${stamp}/dump.${stamp} ${copy}`, join(cloud.folder, 'disk.img')]);
  await isDump(copy);
}

async function onTheNfsServer(cloud: VerdictCloud): Promise<void> {
  const [file = 'no dump', ...more] = await dumpsBelow(cloud.exported);
  expect(more).toEqual([]);
  await isDump(file);
}

/** A dump as makedumpfile writes it to a file. */
async function isDump(path: string): Promise<void> {
  const bytes = await readFile(path);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('KDUMP   ');
  expect(bytes.length).toBeGreaterThan(10_000_000);
}
