// Evidence: every entry of a host's journal is taken once and in order, however often and however cut it is told.

import { describe, expect, it } from 'vitest';
import { commandBench, HOST } from '../../test/harness/command-bench.ts';
import type { Evidence } from '../model/wire.ts';
import type { EvidenceSink } from './sinks.ts';

describe('evidence', () => {
  const entry = (seq: number): Evidence => ({ seq, server: null, kind: 'started', detail: `${seq}`, at: 1 });
  const batch = (journal: string, ...seqs: number[]) => ({ host: HOST, journal, entries: seqs.map(entry) });
  const open = async () => {
    const taken: string[] = [];
    let broken = -1;
    const sink: EvidenceSink = async (_tx, origin, one) => {
      if (one.seq === broken) throw new Error('sink');
      taken.push(`${origin.host}/${origin.journal}/${one.seq}`);
    };
    const bench = await commandBench({ evidence: [sink] });
    return { ...bench, taken, breakAt: (seq: number) => (broken = seq) };
  };

  it('that is told again, or overlaps, is taken once and acknowledged as far as it is known', async () => {
    const { tell, taken } = await open();
    expect(await tell(batch('j', 1, 2))).toBe(2);
    expect(await tell(batch('j', 1, 2))).toBe(2);
    expect(await tell(batch('j', 2, 3))).toBe(3);
    expect(await tell(batch('j', 1))).toBe(3);
    expect(taken).toEqual(['h/j/1', 'h/j/2', 'h/j/3']);
  });

  it('told twice at the same time is taken once', async () => {
    const { tell, taken } = await open();
    await Promise.all([tell(batch('j', 1, 2)), tell(batch('j', 1, 2, 3)), tell(batch('j', 2))]);
    expect(taken).toEqual(['h/j/1', 'h/j/2', 'h/j/3']);
  });

  it('of a journal made anew begins again at 1', async () => {
    const { tell, taken } = await open();
    await tell(batch('j', 1, 2));
    expect(await tell(batch('k', 1))).toBe(1);
    expect(taken).toEqual(['h/j/1', 'h/j/2', 'h/k/1']);
  });

  it('that cannot be taken is passed over and told of; what stands around it is taken', async () => {
    const { tell, breakAt, taken, errors } = await open();
    breakAt(2);
    expect(await tell(batch('j', 1, 2, 3))).toBe(3);
    // The whole was tried first, and undone: what a sink writes is in the transaction.
    expect(taken).toEqual(['h/j/1', 'h/j/1', 'h/j/3']);
    expect(errors).toEqual(['evidence of h: Error: sink']);
    breakAt(-1);
    expect(await tell(batch('j', 1, 2, 3))).toBe(3);
    expect(taken).toHaveLength(3);
  });

  it('is refused, and kept by its host, while the database is away', async () => {
    const { tell, store } = await open();
    await store.close();
    await expect(tell(batch('j', 1))).rejects.toMatchObject({ code: 'refused' });
  });
});
