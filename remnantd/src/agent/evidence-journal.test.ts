// The evidence journal: positions count up and are never given twice, and what dispatch does not have is kept.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import type { Evidence } from '../model/wire.ts';
import type { OpenLog } from './durable-log.ts';
import { openDurableLog } from './durable-log.ts';
import { EvidenceJournal } from './evidence-journal.ts';

const seen = (detail: string): Omit<Evidence, 'seq'> => ({ server: null, kind: 'started', detail, at: 1 });
const open = (path: string, name = 'fresh') => EvidenceJournal.open(path, openDurableLog, name);
const told = (journal: EvidenceJournal) => journal.untold(1_000_000).map((entry) => [entry.seq, entry.detail]);

describe('positions', () => {
  it('count up from 1, in the order of the calls', async () => {
    const journal = await open(join(tempDir(), 'e'));
    await Promise.all(['a', 'b', 'c'].map((detail) => journal.append(seen(detail))));
    expect(told(journal)).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    expect(journal.untold(2).map((entry) => entry.seq)).toEqual([1, 2]);
    await journal.told(2);
    expect(told(journal)).toEqual([[3, 'c']]);
    await journal.close();
  });

  it('go on where they were after everything was told and the journal reopened, under the same name', async () => {
    const path = join(tempDir(), 'e');
    const journal = await open(path, 'first');
    await journal.append(seen('a'));
    await journal.append(seen('b'));
    await journal.told(2);
    await journal.close();
    const again = await open(path, 'second');
    expect(again.name).toBe('first');
    expect(again.untold(9)).toEqual([]);
    await again.append(seen('c'));
    expect(told(again)).toEqual([[3, 'c']]);
    await again.close();
  });
});

describe('what is not on the disk yet', () => {
  /** A log whose appends wait for a word, and may be refused. */
  function heldLog(): { openLog: OpenLog; letGo: () => void; refuse: () => void } {
    const held: { keep: () => void; refuse: () => void }[] = [];
    const openLog: OpenLog = async (path) => {
      const { log, records } = await openDurableLog(path);
      const append: typeof log.append = async (record) => {
        if ('journal' in (record as object)) return log.append(record);
        await new Promise<void>((keep, refuse) => held.push({ keep, refuse: () => refuse(new Error('disk full')) }));
        return log.append(record);
      };
      return { records, log: { ...log, append } };
    };
    return { openLog, letGo: () => held.shift()?.keep(), refuse: () => held.shift()?.refuse() };
  }

  it('is told to nobody: its position could be given again after a kill', async () => {
    const { openLog, letGo } = heldLog();
    const journal = await EvidenceJournal.open(join(tempDir(), 'e'), openLog, 'j');
    const first = journal.append(seen('a'));
    const second = journal.append(seen('b'));
    expect(journal.untold(9)).toEqual([]);
    letGo();
    await first;
    expect(told(journal)).toEqual([[1, 'a']]);
    letGo();
    await second;
    expect(told(journal)).toHaveLength(2);
    await journal.close();
  });

  it('can be waited for, as far as it was appended by then, kept or refused', async () => {
    const { openLog, letGo, refuse } = heldLog();
    const journal = await EvidenceJournal.open(join(tempDir(), 'e'), openLog, 'j');
    await journal.settled();
    const first = journal.append(seen('a'));
    const second = journal.append(seen('b'));
    const settled = journal.settled().then(() => told(journal));
    const third = journal.append(seen('c'));
    letGo();
    await first;
    expect(told(journal)).toEqual([[1, 'a']]);
    refuse();
    await expect(second).rejects.toThrow('disk full');
    expect(await settled).toEqual([[1, 'a']]);
    letGo();
    await third;
    await journal.close();
  });

  it('is gone when the disk refuses it, which stands before what follows', async () => {
    const path = join(tempDir(), 'e');
    const { openLog, letGo, refuse } = heldLog();
    const journal = await EvidenceJournal.open(path, openLog, 'j');
    const first = journal.append(seen('a'));
    refuse();
    await expect(first).rejects.toThrow('disk full');
    const second = journal.append(seen('b'));
    // The word of it is refused as well: it stands before the next one.
    refuse();
    letGo();
    await second;
    const third = journal.append(seen('c'));
    letGo();
    letGo();
    await third;
    const kept = [
      [3, 'b'],
      [4, 'what was seen could not be kept'],
      [5, 'c'],
    ];
    expect(told(journal)).toEqual(kept);
    expect(journal.untold(9).map(({ kind }) => kind)).toEqual(['started', 'blind', 'started']);
    await journal.close();
    const again = await open(path);
    expect(told(again)).toEqual(kept);
    await again.close();
  });
});

describe('the file', () => {
  it('is cut when it holds a thousand lines, and what is appended meanwhile is kept once', async () => {
    const path = join(tempDir(), 'e');
    const journal = await open(path);
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => journal.append(seen(`${n}`))));
    const trimmed = journal.told(998);
    const meanwhile = journal.append(seen('meanwhile'));
    await Promise.all([trimmed, meanwhile]);
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(8);
    expect(told(journal).map(([seq]) => seq)).toEqual([999, 1_000, 1_001]);
    await journal.close();
    const again = await open(path);
    expect(told(again)).toEqual(told(journal));
    await again.append(seen('next'));
    expect(again.untold(9).at(-1)?.seq).toBe(1_002);
    await again.close();
  });
});

type Step = { readonly do: 'append'; readonly many: number } | { readonly do: 'told' | 'reopen' };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('append' as const), many: fc.constantFrom(1, 2, 3, 400) }),
  fc.record({ do: fc.constantFrom('told' as const, 'reopen' as const) }),
);

describe('any history', () => {
  it('leaves what a plain queue would hold', async () => {
    const dir = tempDir();
    await fc.assert(
      fc.asyncProperty(fc.uuid(), fc.array(step, { maxLength: 15 }), fc.nat(5), async (name, steps, batch) => {
        let journal = await open(join(dir, name), name);
        let queue: (readonly [number, string])[] = [];
        let last = 0;
        for (const one of steps) {
          if (one.do === 'append') {
            const details = Array.from({ length: one.many }, (_, n) => `${last + n + 1}`);
            await Promise.all(details.map((detail) => journal.append(seen(detail))));
            queue.push(...details.map((detail) => [Number(detail), detail] as const));
            last += one.many;
          } else if (one.do === 'told') {
            const upTo = journal.untold(batch * 100).at(-1)?.seq ?? 0;
            await journal.told(upTo);
            queue = queue.filter(([seq]) => seq > upTo);
          } else {
            await journal.close();
            journal = await open(join(dir, name), 'never this');
          }
          expect(told(journal)).toEqual(queue);
        }
        expect(journal.name).toBe(name);
        await journal.close();
      }),
      { numRuns: 60 },
    );
  });
});
