// What is asked of libvirt for a guest's memory, and what is not: a confidential guest, one that is off, two at a time, and
// for longer than its bound.

import { randomUUID } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import type { CommandId, ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { DriverFault, type MemoryAsk } from '../driver.ts';
import { FLAG, STATE } from './constants.ts';
import { dumpMemory } from './dump-memory.ts';
import { memoryPipes } from './memory-pipe.ts';
import { PROCEDURES, type Procedure } from './procedures.ts';

const GUEST = asId<ServerId>(randomUUID());
const ORDER = { command: asId<CommandId>('c') };

interface Asked {
  readonly to: string;
  readonly dumpformat: number;
  readonly flags: number;
}

/** A libvirt of few words: what it was asked to dump, and the answers that a test gives. */
function setUp({ state = STATE.VIR_DOMAIN_RUNNING, xml = '<domain/>' }: { state?: number; xml?: string } = {}) {
  const dumps: { readonly asked: Asked; readonly answer: PromiseWithResolvers<void> }[] = [];
  const answers = (procedure: { readonly number: number }, args: unknown): unknown => {
    if (procedure === PROCEDURES.domainGetState) return { state, reason: 0 };
    if (procedure === PROCEDURES.domainGetXmlDesc) return { xml };
    const answer = Promise.withResolvers<void>();
    dumps.push({ asked: args as Asked, answer });
    return answer.promise;
  };
  const call = async <Args, Ret>(procedure: Procedure<Args, Ret>, args: Args): Promise<Ret> =>
    (await answers(procedure, args)) as Ret;
  const memory = dumpMemory({ call, pipes: memoryPipes(join(tempDir(), 'memory')) });
  const start = (more: Partial<MemoryAsk> = {}) =>
    memory.start(GUEST, { format: 'elf', boundMs: 60_000, ...more }, ORDER);
  return { dumps, memory, start };
}

describe('the memory of a guest', () => {
  it.each([
    ['elf', FLAG.VIR_DOMAIN_CORE_DUMP_FORMAT_RAW],
    ['kdump', FLAG.VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_ZLIB],
  ] as const)('as %s is asked for by one call, and given as it is written', async (format, dumpformat) => {
    const { dumps, start } = setUp();
    const dump = await start({ format });
    expect(dumps).toMatchObject([{ asked: { dumpformat, flags: FLAG.VIR_DUMP_MEMORY_ONLY } }]);
    const file = openSync(dumps[0]?.asked.to ?? '', 'w');
    writeSync(file, 'all of it');
    closeSync(file);
    dumps[0]?.answer.resolve();
    expect((await buffer(dump.bytes)).toString()).toBe('all of it');
    await dump.over;
  });

  it.each(['sev', 'sev-snp', 's390-pv', 'tdx'])('that is confidential (%s) is not asked for', async (kind) => {
    const { dumps, start } = setUp({ xml: `<domain>\n  <launchSecurity type='${kind}'/>\n</domain>` });
    await expect(start()).rejects.toMatchObject({ code: 'not-supported', message: expect.stringContaining(kind) });
    expect(dumps).toEqual([]);
  });

  it('that is off is not asked for', async () => {
    const { dumps, start } = setUp({ state: STATE.VIR_DOMAIN_SHUTOFF });
    await expect(start()).rejects.toMatchObject({ code: 'not-running' });
    expect(dumps).toEqual([]);
  });

  it('is not asked for when it is not wanted any more once all is ready for it', async () => {
    const { dumps, start } = setUp();
    const stillGood = () => Promise.reject(new DriverFault('failed', 'too late'));
    await expect(start({ stillGood })).rejects.toMatchObject({ code: 'failed', message: 'too late' });
    expect(dumps).toEqual([]);
  });

  it('is not asked for when its time is over once all is ready for it', async () => {
    const { dumps, start } = setUp();
    const wanted = new AbortController();
    const stillGood = () => {
      wanted.abort();
      return Promise.resolve();
    };
    const dump = await start({ stillGood, signal: wanted.signal });
    await expect(buffer(dump.bytes)).rejects.toMatchObject({ message: 'the dump of the memory was cancelled' });
    await dump.over;
    expect(dumps).toEqual([]);
  });

  it('is written for as long as its bound, waiting for a turn included', async () => {
    const { dumps, start } = setUp();
    const first = await start({ boundMs: 200 });
    await expect(start({ boundMs: 20 })).rejects.toMatchObject({ name: 'DriverFault' });
    await expect(buffer(first.bytes)).rejects.toMatchObject({ message: 'the memory was not written within 0.2 s' });
    // libvirt says so once QEMU found that nobody reads.
    dumps[0]?.answer.reject(new Error('unexpected fatal signal 13'));
    await first.over;
    expect(dumps).toHaveLength(1);
    const next = await start();
    await waitFor('the next call', () => dumps.length === 2);
    next.bytes.destroy();
    dumps[1]?.answer.reject(new Error('unexpected fatal signal 13'));
    await next.over;
  });
});
