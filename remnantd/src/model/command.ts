// A command: one thing a host must do for one server, at most once, before a deadline, with exactly one outcome.
// Life: queued -> granted -> done, or queued -> done when its host never took it.

import type { BootProperties } from './boot.ts';
import type { AfterPanic } from './dump-wishes.ts';
import type { CommandId, ImageId, ServerId } from './ids.ts';
import type { NmiMeaning } from './verdict.ts';

/** What a command asks for. */
export type Order =
  | { readonly kind: 'create'; readonly spec: CreateSpec }
  /**
   * It is removed. `leftover`: this guest is none of its server any more, which is somewhere else; a host that is forced down is
   * asked for that alone. With `stale`, its files stay unless one of these commands made them: on storage that hosts share they
   * are the files of its server, wherever that is.
   */
  | { readonly kind: 'destroy'; readonly leftover?: true; readonly stale?: readonly CommandId[] }
  | { readonly kind: 'power-on' }
  | { readonly kind: 'power-off' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'unpause' }
  /** Its memory goes to the host's disk, and back. */
  | { readonly kind: 'suspend' }
  | { readonly kind: 'resume' }
  /** `soft`: the guest is asked; one that does not answer is reset. `hard`: its power is cut, whatever it is doing. */
  | { readonly kind: 'reboot'; readonly how: 'soft' | 'hard' }
  /** It boots from another image, its own disk beside that one; and back. */
  | { readonly kind: 'rescue'; readonly from: RescueSource }
  | { readonly kind: 'unrescue' }
  /** It gets another size on its host; one that ran is off meanwhile. */
  | { readonly kind: 'resize'; readonly size: GuestSize }
  /** The size before is given back; `stopped`: it was off then, and is off afterwards. */
  | { readonly kind: 'revert-resize'; readonly size: GuestSize; readonly stopped: boolean }
  /**
   * It is made anew, whatever is there of it; `stopped`: it is off afterwards. `was`: what its row said before, should this come
   * to nothing; absent where that does not change. `disk`: it is made on another host than it was on. `replaces`: all that were
   * asked to make it before; what others made of it is not replaced.
   */
  | {
      readonly kind: 'rebuild';
      readonly spec: CreateSpec;
      readonly stopped: boolean;
      readonly was?: MadeFrom;
      readonly disk?: DiskWish;
      readonly replaces?: readonly CommandId[];
    }
  /** `evidence`: what can be seen of the guest is kept before the NMI goes out. */
  | { readonly kind: 'inject-nmi'; readonly evidence?: true }
  /** The hypervisor writes the guest's memory; its agent says in which format, and how long that may take. */
  | { readonly kind: 'dump-memory' }
  /** What follows the panic of the dump that command `of` was for: its text, then what the guest's owner wants. */
  | { readonly kind: 'after-panic'; readonly wanted: AfterPanic; readonly of: CommandId };

/** The kind of an order. */
export type CommandKind = Order['kind'];

/** What a server was made from; null for one that was on its host before Remnant. */
export interface MadeFrom {
  readonly imageId: ImageId | null;
  readonly kernelId: string;
  readonly ramdiskId: string;
}

/** Which root disk of a server that is made on another host is kept there: one on storage that both hosts share. */
export interface DiskWish {
  /** The commands whose files are not the server's any more: such a disk is as good as none. */
  readonly stale: readonly CommandId[];
  /** What whoever asked says will be found; what is found must agree. Absent: nothing was said. */
  readonly expected?: boolean;
}

/** How large a guest is: memory in MiB, its root disk in GiB. */
export interface GuestSize {
  readonly vcpus: number;
  readonly memoryMb: number;
  /** 0: as large as its image. */
  readonly diskGb: number;
}

/** What a server boots from while it is rescued; the image's files are looked up on the host. */
export interface RescueSource {
  readonly image: ImageId;
  readonly boot: BootProperties;
}

/** What a host needs to make a server; the image's files are looked up on the host. */
export interface CreateSpec {
  readonly id: ServerId;
  readonly name: string;
  readonly displayName: string;
  readonly projectId: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly image: ImageId;
  readonly boot: BootProperties;
  readonly metadata: Readonly<Record<string, string>>;
  /** GiB of its root disk where its image has one; 0 or absent: as large as the image. */
  readonly diskGb?: number;
  /** True: on the network of its host, where the host has one. */
  readonly network?: boolean;
  /** What a guest reads of itself from its config drive; absent: it has none. */
  readonly configDrive?: ConfigDrive;
}

/** What stands on a config drive (Nova's format `openstack/latest`). */
export interface ConfigDrive {
  readonly hostname: string;
  readonly availabilityZone: string | null;
  /** The name and the text of its public key. */
  readonly key: { readonly name: string; readonly publicKey: string } | null;
  /** Base64, as its owner gave it. */
  readonly userData: string | null;
  readonly launchIndex: number;
  /** Files its owner put into it: their paths in the guest, and their contents in base64. */
  readonly files?: readonly { readonly path: string; readonly contents: string }[];
}

/** How far a command has come. */
export type CommandState = 'queued' | 'granted' | 'done';

/** A root disk that a host found. */
export interface FoundDisk {
  /** The command that made it; null where nothing says so. */
  readonly making: CommandId | null;
}

/** How a command ended. `reason` is ours and for people; `details` is what Nova would write into the event. */
export type Outcome =
  | {
      readonly result: 'success';
      readonly meaning?: NmiMeaning;
      /** The root disk that was found and kept. */
      readonly kept?: FoundDisk;
    }
  | {
      readonly result: 'error';
      readonly reason: string;
      readonly details: string;
      /** The code of the server's fault; null when Nova records none. */
      readonly faultCode: 400 | 500 | null;
      /** The hypervisor was asked for nothing: the guest is what it was. */
      readonly untouched?: true;
    }
  | { readonly result: 'unknown'; readonly reason: string };

/** Whether an order is good for a host that is forced down: what it removes there is in its server's way, and nobody's any more. */
export function isForLostHosts(order: Order): boolean {
  return order.kind === 'destroy' && order.leftover === true;
}

/** The outcome of a command that never reached its host. */
export function notDelivered(reason: string): Outcome {
  return { result: 'error', reason, details: reason, faultCode: 500 };
}

/** The text of an outcome for Nova's event details: null on success; an unknown one begins `unknown:`. */
export function outcomeDetails(outcome: Outcome): string | null {
  if (outcome.result === 'success') return null;
  return (outcome.result === 'unknown' ? `unknown: ${outcome.reason}` : outcome.details).slice(0, 255);
}
