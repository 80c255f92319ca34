// The files of a guest's disks, in a folder of its own: its root disk, the disk it is rescued with, its config drive, what they were
// made by, and its definition from before a rescue. A root disk is a copy of its image: nobody who changes an image hurts a guest.
// That folder may be on storage that hosts share, where another host may have taken the disk over; the definition never is.
// Invariants: each file is for its owner alone before its first byte is there; QEMU gets them from libvirt while it runs.
// A disk or a config drive that has its name is whole, and on the storage.

import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FoundDisk } from '../../model/command.ts';
import { asId, type CommandId, isUuid, type ServerId } from '../../model/ids.ts';
import { DriverFault, type GuestSpec, type RootDisk } from '../driver.ts';
import { DiskFolder } from './disk-folder.ts';
import { diskBytes } from './disk-image.ts';
import { type HostProgram, runHostProgram } from './host-program.ts';
import { letPass } from './pass-through.ts';

/** Who made the files, and who took them over last. */
type Sign = 'making' | 'taken';

/** The disks a guest may have: its own, and the one it is rescued with. */
export type GuestDisk = 'root' | 'rescue';

const GIB = 1024 ** 3;
const QEMU_IMG: HostProgram = { name: 'qemu-img', package: 'qemu-utils' };
const ISO_MAKER: HostProgram = { name: 'genisoimage', package: 'genisoimage' };
/** As Nova makes them: long names, Joliet, Rock Ridge; guests look for the label. */
const ISO_OPTIONS = ['-quiet', '-ldots', '-allow-lowercase', '-allow-multidot', '-l', '-J', '-r', '-V', 'config-2'];

/** The files in `stateDir`/disks, or elsewhere. Methods reject with DriverFault or the system's error; an id that is no UUID is a TypeError. */
export class GuestDisks {
  /** The folder they are in, or the one that the own folder of disks is made in. */
  readonly folder: DiskFolder;
  readonly #own: string;
  readonly #root: string;
  /** Who gave a folder for disks sees to it that it is there, and that QEMU is let through to it. */
  readonly #given: string | null;

  /**
   * `stateRoot`: the folder that nobody else can look into; QEMU is let through from there on. `given`: the folder for disks that an
   * operator named, which other hosts may have too; null: the one in `stateDir`.
   */
  constructor(stateDir: string, stateRoot: string, given: string | null = null) {
    this.#root = stateRoot;
    this.#own = join(stateDir, 'disks');
    this.#given = given;
    this.folder = new DiskFolder(given ?? stateDir, given !== null);
  }

  /** Where a disk is, whether it is there or not. */
  path(id: ServerId, disk: GuestDisk): string {
    return join(this.#home(id), `${disk}.qcow2`);
  }

  /** Where the config drive is. */
  configDrivePath(id: ServerId): string {
    return join(this.#home(id), 'config.iso');
  }

  /** Throws DriverFault where a given folder cannot be used. It is never made: on storage that is not mounted it would be of this host alone. */
  async requireFolder(): Promise<void> {
    if (this.#given !== null) await this.folder.require();
  }

  /**
   * Clears the way for files of a guest that is made, and notes its `making`: those of an earlier making go. Throws DriverFault where
   * hosts share the folder, and they are of another making than those of `replaces`; absent: any goes.
   */
  async begin(id: ServerId, { making, replaces }: Pick<GuestSpec, 'making' | 'replaces'>): Promise<void> {
    await this.requireFolder();
    const isAny = this.#given === null || replaces === undefined || making === undefined;
    if (!(await this.#clear(id, isAny ? null : [...replaces, making], true))) throw madeSince();
    if (making === undefined) return;
    await this.#open(id);
    await this.#sign(id, 'making', making);
  }

  /** Makes a disk from its image, anew where there is one. With `making`: throws DriverFault if another one has begun meanwhile. */
  async make(id: ServerId, disk: GuestDisk, from: RootDisk, making?: CommandId): Promise<void> {
    const bytes = await diskBytes(from);
    await this.#open(id);
    // Nothing lies there behind `begin`; what does since is another host's.
    if (making === undefined) await rm(this.path(id, disk), { force: true });
    const fill = async (file: string) => {
      await emptyFile(file);
      await runHostProgram(QEMU_IMG, ['convert', '-q', '-f', from.format, '-O', 'qcow2', from.image, file]);
      if (from.sizeGb * GIB > bytes) await enlarge(file, from.sizeGb);
      await this.requireSign(id, making);
    };
    // Another host may be at work in the same folder: neither takes the other's file for its own.
    await whole(this.path(id, disk), fill, making);
  }

  /** Throws DriverFault if another making than this one has begun; absent: it is not asked. */
  async requireSign(id: ServerId, making: CommandId | undefined): Promise<void> {
    if (making !== undefined && (await this.#signed(id, 'making')) !== making) throw madeSince();
  }

  /** Notes that the command `by` takes the disk that lies here for its guest: what was ordered before that is not to replace it. */
  async take(id: ServerId, by: CommandId | undefined): Promise<void> {
    if (by !== undefined) await this.#sign(id, 'taken', by);
  }

  /** The root disk that lies here, whichever host made it; null: there is none. Throws DriverFault for one that leads to other files. */
  async find(id: ServerId): Promise<FoundDisk | null> {
    await this.requireFolder();
    const bytes = await diskBytes({ image: this.path(id, 'root'), format: 'qcow2' }).catch(ifMissing(null));
    if (bytes === null) return null;
    const making = await this.#signed(id, 'making');
    // Of this host alone, and from before disks were signed: it is of an earlier stay here.
    return making === null && this.#given === null ? null : { making };
  }

  /** Throws DriverFault while a QEMU, of whichever host, has the root disk open to write; none is fine. */
  async requireFree(id: ServerId): Promise<void> {
    if ((await this.find(id)) === null) return;
    await runHostProgram(QEMU_IMG, ['info', '-f', 'qcow2', this.path(id, 'root')]);
  }

  /** True if its config drive is there. */
  async hasConfigDrive(id: ServerId): Promise<boolean> {
    return access(this.configDrivePath(id)).then(() => true, ifMissing(false));
  }

  /** Makes the root disk at least so large; one that is larger, or not there, is left alone. The guest must be off. */
  async growRoot(id: ServerId, sizeGb: number): Promise<void> {
    if (sizeGb === 0) return;
    await this.requireFolder();
    const path = this.path(id, 'root');
    const bytes = await diskBytes({ image: path, format: 'qcow2' }).catch(ifMissing(null));
    if (bytes !== null && sizeGb * GIB > bytes) await enlarge(path, sizeGb);
  }

  /** Makes the config drive: an ISO 9660 image of `files`, texts by path. With `making`: as `make`. */
  async makeConfigDrive(
    id: ServerId,
    files: Readonly<Record<string, string | Uint8Array>>,
    making?: CommandId,
  ): Promise<void> {
    await this.#open(id);
    const tree = join(this.#home(id), `config.${making ?? 'new'}`);
    await rm(tree, { recursive: true, force: true });
    try {
      for (const [path, content] of Object.entries(files)) {
        const file = join(tree, path);
        if (!file.startsWith(`${tree}/`)) throw new DriverFault('failed', `no config drive can hold ${path}`);
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await writeFile(file, content, { mode: 0o600 });
      }
      const fill = async (iso: string) => {
        await emptyFile(iso);
        await runHostProgram(ISO_MAKER, [...ISO_OPTIONS, '-o', iso, tree]);
        await this.requireSign(id, making);
      };
      await whole(this.configDrivePath(id), fill, making);
    } finally {
      await rm(tree, { recursive: true, force: true });
    }
  }

  /** The definition that is kept; null if there is none: the guest is not being rescued. */
  async keptDefinition(id: ServerId): Promise<string | null> {
    return readFile(this.#kept(id), 'utf8').catch(ifMissing(null));
  }

  /** Keeps a guest's definition, durably, until its rescue ends. */
  async keepDefinition(id: ServerId, xml: string): Promise<void> {
    const path = this.#kept(id);
    await mkdir(dirname(path), { recursive: true, mode: 0o711 });
    await whole(path, (file) => writeFile(file, xml, { mode: 0o600 }));
  }

  /** Removes what a rescue needed; none is fine. Its disk stays where it cannot be reached: it goes with the next one, or with the guest. */
  async endRescue(id: ServerId): Promise<void> {
    await rm(this.#kept(id), { force: true });
    if (this.#given !== null && (await this.folder.look()).problem !== null) return;
    await rm(this.path(id, 'rescue'), { force: true });
  }

  /** Removes all; none is fine. With `stale`, files that others than these made or took over stay: they may be another host's. */
  async remove(id: ServerId, stale?: readonly CommandId[]): Promise<void> {
    await this.requireFolder();
    await rm(this.#kept(id), { force: true });
    if (this.#given !== null) await rm(dirname(this.#kept(id)), { recursive: true, force: true });
    await this.#clear(id, stale ?? null, this.#given === null);
  }

  #home(id: ServerId): string {
    return join(this.#given ?? this.#own, uuid(id));
  }

  #kept(id: ServerId): string {
    return join(this.#own, uuid(id), 'before-rescue.xml');
  }

  /**
   * Removes the files of a guest; false, and nothing is removed, if others than `these` signed them. On shared storage they are put aside
   * first, and looked at again there: a host that stood still in between is not to remove what was made meanwhile.
   */
  async #clear(id: ServerId, these: readonly CommandId[] | null, unsigned: boolean): Promise<boolean> {
    const home = this.#home(id);
    if (these !== null && !(await this.#isOneOf(home, these, unsigned))) return false;
    if (these === null || this.#given === null) {
      await rm(home, { recursive: true, force: true });
      return true;
    }
    const aside = `${home}.${randomUUID()}`;
    const isThere = await rename(home, aside).then(() => true, ifMissing(false));
    if (!isThere) return true;
    if (!(await this.#isOneOf(aside, these, unsigned))) {
      await rename(aside, home);
      return false;
    }
    await rm(aside, { recursive: true, force: true });
    return true;
  }

  /** True if the files that lie here were made, and taken over, by these alone; `unsigned` is the answer for files that nobody signed. */
  async #isOneOf(folder: string, these: readonly CommandId[], unsigned: boolean): Promise<boolean> {
    const [making, taken] = [await signIn(folder, 'making'), await signIn(folder, 'taken')];
    if (taken !== null && !these.includes(taken)) return false;
    return making === null ? unsigned : these.includes(making);
  }

  #signed(id: ServerId, what: Sign): Promise<CommandId | null> {
    return signIn(this.#home(id), what);
  }

  async #sign(id: ServerId, what: Sign, by: CommandId): Promise<void> {
    await whole(join(this.#home(id), what), (file) => writeFile(file, by, { mode: 0o600 }));
  }

  async #open(id: ServerId): Promise<void> {
    const home = this.#home(id);
    if (this.#given === null) {
      await mkdir(home, { recursive: true, mode: 0o711 });
      return letPass(this.#root, home);
    }
    await this.requireFolder();
    await mkdir(home, { mode: 0o711 }).catch(ifThere);
    await letPass(home, home);
  }
}

function uuid(id: ServerId): string {
  if (!isUuid(id)) throw new TypeError('disks are named by a UUID');
  return id;
}

async function signIn(folder: string, what: Sign): Promise<CommandId | null> {
  const text = await readFile(join(folder, what), 'utf8').catch(ifMissing(null));
  return text === null ? null : asId<CommandId>(text);
}

function madeSince(): DriverFault {
  const message = 'the disk that lies here was made, or taken over, since this was asked for';
  return new DriverFault('failed', message, { forOwner: message });
}

/** Has `make` write a file, and gives it its name once it is whole and on the storage. `by`: whose file it is until then. */
async function whole(path: string, make: (path: string) => Promise<void>, by = 'new'): Promise<void> {
  const unfinished = `${path}.${by}`;
  try {
    await make(unfinished);
    await synced(unfinished);
    await rename(unfinished, path);
    await synced(dirname(path));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function synced(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** An empty file for its owner alone, in the place of what was there; a program that writes into it keeps its mode. */
async function emptyFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await (await open(path, 'wx', 0o600)).close();
}

async function enlarge(path: string, sizeGb: number): Promise<void> {
  await runHostProgram(QEMU_IMG, ['resize', '-q', '-f', 'qcow2', path, `${sizeGb}G`]);
}

function ifThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function ifMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return instead;
    throw error;
  };
}
