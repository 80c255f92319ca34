// What is asked of libvirt for a picture, and what is said where there is none: a guest that is off, one without a screen. And
// that no two are asked for at a time, however long libvirtd holds the first.

import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { waitFor } from '../../../test/harness/wait-for.ts';
import type { ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { ERROR, STATE } from './constants.ts';
import { LibvirtError, UnansweredError } from './errors.ts';
import { guestFault } from './faults.ts';
import type { Guarded } from './guest-power.ts';
import type { Received } from './incoming-stream.ts';
import type { Procedure } from './procedures.ts';
import { PROCEDURES, READ_STREAMS } from './procedures.ts';
import { type Receive, takePicture } from './take-picture.ts';

const GUEST = asId<ServerId>(randomUUID());
const OTHER = asId<ServerId>(randomUUID());
const PICTURE = Buffer.from('P6\n1 1\n255\n\0\0\0', 'latin1');
const WHOLE = { ret: { mime: 'image/x-portable-pixmap' }, bytes: PICTURE };

interface Asked {
  readonly guest: string;
  readonly mostBytes: number;
  readonly until: AbortSignal;
  readonly whole: PromiseWithResolvers<Received<unknown>>;
  readonly over: PromiseWithResolvers<void>;
}

/** A libvirt that leaves every screenshot to the test. */
function setUp(state: number = STATE.VIR_DOMAIN_RUNNING) {
  const asked: Asked[] = [];
  const receive: Receive = <Args, Ret>(...[procedure, args, bounds]: Parameters<typeof receive<Args, Ret>>) => {
    expect(procedure).toBe(READ_STREAMS.domainScreenshot);
    expect(args).toMatchObject({ screen: 0, flags: 0 });
    const [whole, over] = [Promise.withResolvers<Received<unknown>>(), Promise.withResolvers<void>()];
    const { uuid: guest } = (args as { dom: { uuid: string } }).dom;
    asked.push({ guest, ...bounds, whole, over });
    return { whole: whole.promise as Promise<Received<Ret>>, over: over.promise };
  };
  const call = async <Args, Ret>(procedure: Procedure<Args, Ret>): Promise<Ret> => {
    expect(procedure.number).toBe(PROCEDURES.domainGetState.number);
    return { state, reason: 0 } as Ret;
  };
  const guarded: Guarded = (id, work) =>
    work({ name: id, uuid: id, id: -1 }).catch((error: unknown) => {
      throw guestFault(error, id);
    });
  return { asked, picture: takePicture({ call, receive, guarded }) };
}
const fault = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('a picture was taken'),
    (error: unknown) => error,
  );
const nth = (asked: readonly Asked[], index: number) => waitFor(`question ${index}`, () => asked[index]);

test('it is what libvirt gives, and may be large but not endless', async () => {
  const { asked, picture } = setUp();
  const taken = picture(GUEST);
  const one = await nth(asked, 0);
  expect([one.guest, one.mostBytes]).toEqual([GUEST, 33_554_432]);
  one.whole.resolve(WHOLE);
  expect(await taken).toEqual({ format: 'ppm', bytes: PICTURE });
});

test.each([
  ['is off', STATE.VIR_DOMAIN_SHUTOFF, 'domain is not running', 'not-running', `Instance ${GUEST} is not running.`],
  ['has none', STATE.VIR_DOMAIN_RUNNING, 'no screens', 'not-supported', `Instance ${GUEST} has no screen.`],
])('a guest that %s is told of', async (_, state, says, code, message) => {
  const { asked, picture } = setUp(state);
  const taken = fault(picture(GUEST));
  const no = new LibvirtError(ERROR.VIR_ERR_OPERATION_INVALID, 10, `Requested operation is not valid: ${says}`);
  (await nth(asked, 0)).whole.reject(no);
  expect(await taken).toMatchObject({ name: 'DriverFault', code, message });
});

test.each([
  [new LibvirtError(ERROR.VIR_ERR_NO_DOMAIN, 10, 'Domain not found'), 'not-found'],
  [new LibvirtError(ERROR.VIR_ERR_NO_SUPPORT, 10, 'not supported'), 'not-supported'],
  [new LibvirtError(38, 10, 'cannot write'), 'failed'],
  [new UnansweredError('maybe', 'libvirtd closed the connection'), 'connection-lost'],
])('%s is the fault %s', async (error, code) => {
  const { asked, picture } = setUp();
  const taken = fault(picture(GUEST));
  (await nth(asked, 0)).whole.reject(error);
  expect(await taken).toMatchObject({ name: 'DriverFault', code });
});

test('it is given up with its caller, and at some time in any case', async () => {
  const { asked, picture } = setUp();
  const control = new AbortController();
  void picture(GUEST, control.signal).catch(() => undefined);
  const { until } = await nth(asked, 0);
  expect(until.aborted).toBe(false);
  control.abort();
  expect(until.aborted).toBe(true);
});

test('a second one waits until libvirtd is through with the first, not for its caller', async () => {
  const { asked, picture } = setUp();
  const hung = fault(picture(GUEST));
  const first = await nth(asked, 0);
  first.whole.reject(new UnansweredError('maybe', 'given up'));
  expect(await hung).toMatchObject({ code: 'connection-lost' });
  // One whose turn does not come in time is not asked for.
  const control = new AbortController();
  const late = fault(picture(OTHER, control.signal));
  control.abort();
  expect(await late).toMatchObject({ code: 'failed', message: 'its turn did not come in time' });
  const taken = picture(OTHER);
  expect(asked).toHaveLength(1);
  first.over.resolve();
  const second = await nth(asked, 1);
  expect(second.guest).toBe(OTHER);
  second.whole.resolve(WHOLE);
  expect((await taken).bytes).toBe(PICTURE);
});
