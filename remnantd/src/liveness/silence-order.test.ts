// The order of silence is what a list of hosts would be, whatever is done with it.

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { HostRecord } from './host-record.ts';
import { SilenceOrder } from './silence-order.ts';

/** Those in it from the first to the last, and from the last to the first. */
function inOrder({ first }: SilenceOrder): readonly [string[], string[]] {
  const forth: HostRecord[] = [];
  for (let host = first; host !== null; host = host.after) forth.push(host);
  const back: HostRecord[] = [];
  for (let host = forth.at(-1) ?? null; host !== null; host = host.before) back.push(host);
  const names = (hosts: readonly HostRecord[]) => hosts.map(({ host }) => host);
  return [names(forth), names(back)];
}

it('keeps every host once, in the order in which each came last, in the one order it was put into', () => {
  const step = fc.record({ host: fc.nat(4), to: fc.constantFrom(0, 1, null) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const hosts = Array.from({ length: 5 }, (_, i) => new HostRecord(asId<HostName>(`h${i}`), 0, 0));
      const orders = [new SilenceOrder(), new SilenceOrder()];
      const lists: string[][] = [[], []];
      for (const { host: i, to } of steps) {
        const host = hosts[i];
        if (host === undefined) throw new Error('no host');
        for (const list of lists) if (list.includes(host.host)) list.splice(list.indexOf(host.host), 1);
        if (to === null) host.order?.remove(host);
        else orders[to]?.putLast(host);
        if (to !== null) lists[to]?.push(host.host);
        expect(orders.map(inOrder)).toEqual(lists.map((list) => [list, list.toReversed()]));
        expect(host.order).toBe(to === null ? null : orders[to]);
      }
    }),
  );
});
