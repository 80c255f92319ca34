// The one call of an NMI: behind the check of the daemon, and behind the last look at whether it is still wanted.

import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { CommandId, ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { DriverFault } from '../driver.ts';
import { injectNmi } from './inject-nmi.ts';
import { PROCEDURES, type Procedure } from './procedures.ts';

const GUEST = asId<ServerId>(randomUUID());
const ORDER = { command: asId<CommandId>('c') };

/** The ability on a libvirt that says yes to all, and what was done, in order. */
function setUp() {
  const done: string[] = [];
  const call = async <Args, Ret>(procedure: Procedure<Args, Ret>): Promise<Ret> => {
    done.push(procedure.number === PROCEDURES.domainInjectNmi.number ? 'sent' : 'checked');
    return {} as Ret;
  };
  return { done, nmi: injectNmi(call, (id, work) => work({ name: id, uuid: id, id: -1 })) };
}

it('is looked at last thing before it is sent', async () => {
  const { done, nmi } = setUp();
  await nmi.send(GUEST, ORDER, () => void done.push('looked'));
  expect(done).toEqual(['checked', 'looked', 'sent']);
});

it('is not sent when it is not wanted any more by then', async () => {
  const { done, nmi } = setUp();
  const send = nmi.send(GUEST, ORDER, () => {
    throw new DriverFault('failed', 'too late');
  });
  await expect(send).rejects.toMatchObject({ code: 'failed', message: 'too late', asked: 'no' });
  expect(done).toEqual(['checked']);
});
