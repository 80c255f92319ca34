// How a guest's memory is written on libvirt: by one call that lasts as long as the dump, into a FIFO that is read here.
// libvirt pauses the guest before and lets it go on after; it cannot cancel a memory-only dump, but QEMU gives up when
// nobody reads any more. If libvirtd dies, reading stops at once: a QEMU that is through by the time a new libvirtd is
// there lets the guest go on, and one that is not leaves it paused (libvirt 9.0 even crashes when that dump ends).

import { randomUUID } from 'node:crypto';
import { isUuid, type ServerId } from '../../model/ids.ts';
import { DriverFault, type DumpMemory, type MemoryAsk, type MemoryDump, type MemoryFormat } from '../driver.ts';
import { ERROR, FLAG } from './constants.ts';
import { LibvirtError } from './errors.ts';
import { guestFault, notFound, notRunning, saidNo } from './faults.ts';
import { confidentialKind } from './live-xml.ts';
import type { MemoryPipe, MemoryPipes } from './memory-pipe.ts';
import { isOff } from './power-states.ts';
import { type DomainRef, PROCEDURES, type Procedure } from './procedures.ts';
import { Slots } from './slots.ts';

/** What writing memory needs of its driver. */
export interface DumpMemoryDeps {
  readonly call: <Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, timeoutMs: number) => Promise<Ret>;
  readonly pipes: MemoryPipes;
}

/** libvirtd takes only a few calls of one connection at a time, and this one lasts; a disk is no faster for two either. */
const MOST_AT_ONCE = 1;
const readMs = 30_000;
const FORMATS: Readonly<Record<MemoryFormat, number>> = {
  kdump: FLAG.VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_ZLIB,
  elf: FLAG.VIR_DOMAIN_CORE_DUMP_FORMAT_RAW,
};

/** The ability, by `deps.call`; `stop` ends every dump that goes on. */
export function dumpMemory({ call, pipes }: DumpMemoryDeps): DumpMemory & { stop(): void } {
  const slots = new Slots(MOST_AT_ONCE);
  const open = new Set<MemoryPipe>();

  /** Does it, once its turn has come; `started` gets the pipe, and then nobody waits for the result but `over`. */
  const write = async (
    dom: DomainRef,
    ask: MemoryAsk,
    until: AbortSignal,
    started: (pipe: MemoryPipe) => void,
  ): Promise<void> => {
    await refuseUnfit(dom);
    await ask.stillGood?.();
    const pipe = await pipes.open(randomUUID());
    open.add(pipe);
    const cancel = () => pipe.fail(new DriverFault('failed', endedWords(ask)));
    until.addEventListener('abort', cancel, { once: true });
    pipe.bytes.once('close', () => {
      open.delete(pipe);
      until.removeEventListener('abort', cancel);
    });
    if (until.aborted) cancel();
    started(pipe);
    let isAnswered = true;
    try {
      // Nothing is asked for that nobody would read.
      if (until.aborted) return;
      const [dumpformat, flags] = [FORMATS[ask.format], FLAG.VIR_DUMP_MEMORY_ONLY];
      await call(PROCEDURES.domainCoreDumpWithFormat, { dom, to: pipe.path, dumpformat, flags }, ask.boundMs);
      pipe.finish();
    } catch (error) {
      isAnswered = error instanceof LibvirtError;
      pipe.fail(dumpFault(error, dom));
    } finally {
      pipe.over(isAnswered);
    }
  };
  const refuseUnfit = async (dom: DomainRef): Promise<void> => {
    const { state } = await call(PROCEDURES.domainGetState, { dom, flags: 0 }, readMs);
    if (isOff(state)) throw notRunning(idOf(dom));
    const kind = confidentialKind((await call(PROCEDURES.domainGetXmlDesc, { dom, flags: 0 }, readMs)).xml);
    if (kind === null) return;
    const message = `Instance ${dom.uuid} is confidential (${kind}): its memory is not for its host to write.`;
    throw new DriverFault('not-supported', message);
  };

  return {
    formats: ['kdump', 'elf'],
    async start(id, ask) {
      if (!isUuid(id)) throw notFound(id);
      const dom: DomainRef = { name: id, uuid: id, id: -1 };
      const { promise, resolve, reject } = Promise.withResolvers<MemoryDump>();
      // Waiting for its turn counts.
      const bound = AbortSignal.timeout(ask.boundMs);
      const until = ask.signal === undefined ? bound : AbortSignal.any([bound, ask.signal]);
      const over = slots.take(id, until, () =>
        write(dom, ask, until, (pipe) => resolve({ bytes: pipe.bytes, over, progress: () => progress(dom) })),
      );
      over.catch((error: unknown) => reject(guestFault(error, id)));
      return promise;
    },
    stop() {
      for (const pipe of open) pipe.fail(new DriverFault('connection-lost', 'the driver stopped'));
    },
  };

  async function progress(dom: DomainRef): Promise<{ done: number; total: number } | null> {
    try {
      const { type, memProcessed, memTotal } = await call(PROCEDURES.domainGetJobInfo, { dom }, readMs);
      if (type === FLAG.VIR_DOMAIN_JOB_NONE || memTotal === 0n) return null;
      return { done: Number(memProcessed), total: Number(memTotal) };
    } catch {
      return null;
    }
  }
}

/** Why it was ended from here. */
function endedWords({ signal, boundMs }: MemoryAsk): string {
  if (signal?.aborted === true) return 'the dump of the memory was cancelled';
  return `the memory was not written within ${boundMs / 1000} s`;
}

/** The id a domain was named by. */
function idOf({ uuid }: DomainRef): ServerId {
  return uuid as ServerId;
}

function dumpFault(error: unknown, dom: DomainRef): DriverFault {
  return saidNo(error, ERROR.VIR_ERR_OPERATION_INVALID) ? notRunning(idOf(dom), error) : guestFault(error, idOf(dom));
}
