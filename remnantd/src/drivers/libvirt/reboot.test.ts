// Going down and coming up again, with a libvirt that goes away at every possible moment: once something was done to the guest, or
// may have been, nothing is called undone.

import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished, vi } from 'vitest';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import type { CommandId, ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import type { DriverConnection } from '../driver.ts';
import type { RebootGuest } from '../guest-life.ts';
import { ConsoleLogs } from './console-log.ts';
import { ERROR, STATE } from './constants.ts';
import { libvirtDriver } from './driver.ts';
import { LibvirtError, UnansweredError } from './errors.ts';
import { guestFault } from './faults.ts';
import { GuestPorts } from './guest-ports.ts';
import { GuestPower } from './guest-power.ts';
import { PROCEDURES, type Procedure } from './procedures.ts';
import { rebootGuest } from './reboot.ts';
import { signsOn, TestPeer } from './test-peer.ts';

const GUEST = asId<ServerId>(randomUUID());
const ORDER = { command: asId<CommandId>('c') };
const DOES = ['domainShutdownFlags', 'domainDestroyFlags', 'domainCreateWithFlags'] as const;

/** How a guest takes being asked to go down. */
type Asked = 'obeys' | 'deaf' | 'refused';

/** The ability on one guest that runs, not Remnant's own; the link is gone before the call after the first `calls`. */
function setUp(asked: Asked, calls = Number.POSITIVE_INFINITY) {
  const done: string[] = [];
  let state: number = STATE.VIR_DOMAIN_RUNNING;
  let n = 0;
  const answer = (number: number): unknown => {
    if (number === PROCEDURES.domainGetState.number) return { state, reason: 0 };
    if (number === PROCEDURES.domainGetMetadata.number) {
      throw new LibvirtError(ERROR.VIR_ERR_NO_DOMAIN_METADATA, 10, 'none');
    }
    const name = DOES.find((each) => PROCEDURES[each].number === number);
    if (name === undefined) throw new Error(`nobody expects procedure ${number}`);
    done.push(name);
    if (name === 'domainShutdownFlags' && asked === 'refused') throw new LibvirtError(38, 10, 'no');
    if (name === 'domainDestroyFlags' && state === STATE.VIR_DOMAIN_SHUTOFF) {
      throw new LibvirtError(ERROR.VIR_ERR_OPERATION_INVALID, 10, 'domain is not running');
    }
    if (name === 'domainCreateWithFlags') state = STATE.VIR_DOMAIN_RUNNING;
    else if (name === 'domainDestroyFlags' || asked === 'obeys') state = STATE.VIR_DOMAIN_SHUTOFF;
    return {};
  };
  const call = async <Args, Ret>({ name, number }: Procedure<Args, Ret>): Promise<Ret> => {
    n += 1;
    if (n > calls) throw new UnansweredError('no', `${name}: there is no connection`);
    return answer(number) as Ret;
  };
  const dir = tempDir();
  const power = new GuestPower({ call, logs: new ConsoleLogs(dir), ports: new GuestPorts(dir, dir) });
  const reboot = rebootGuest({
    power,
    guarded: (id, work) =>
      work({ name: id, uuid: id, id: -1 }).catch((error: unknown) => {
        throw guestFault(error, id);
      }),
  });
  return { reboot, done, calls: () => n };
}

const VERBS: Readonly<Record<'soft' | 'hard' | 'down', (reboot: RebootGuest) => Promise<void> | undefined>> = {
  soft: (reboot) => reboot.soft(GUEST, 1, ORDER),
  hard: (reboot) => reboot.hard(GUEST, ORDER),
  down: (reboot) => reboot.down?.(GUEST, 1, ORDER),
};

it.each([
  ['soft', 'obeys', ['domainShutdownFlags', 'domainDestroyFlags', 'domainCreateWithFlags']],
  ['soft', 'deaf', ['domainShutdownFlags', 'domainDestroyFlags', 'domainDestroyFlags', 'domainCreateWithFlags']],
  ['hard', 'deaf', ['domainDestroyFlags', 'domainCreateWithFlags']],
  ['down', 'obeys', ['domainShutdownFlags', 'domainDestroyFlags']],
  ['down', 'refused', ['domainShutdownFlags', 'domainDestroyFlags', 'domainDestroyFlags']],
] as const)(
  '%s of one that is asked and %s: unasked as long as nothing was done, and unknown after it',
  async (verb, asked, wanted) => {
    const whole = setUp(asked);
    await VERBS[verb](whole.reboot);
    expect(whole.done).toEqual(wanted);
    for (let calls = 0; calls < whole.calls(); calls += 1) {
      const { reboot, done } = setUp(asked, calls);
      const attempt = VERBS[verb](reboot);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(attempt, `gone after ${calls} calls`).rejects.toMatchObject({ code: 'connection-lost' });
      // oxlint-disable-next-line no-await-in-loop
      await expect(attempt).rejects.toMatchObject({ asked: done.length === 0 ? 'no' : 'maybe' });
    }
  },
);

it('one that libvirt refuses to ask is not waited for', async () => {
  const { reboot, done } = setUp('refused');
  await reboot.down?.(GUEST, 2 ** 31 - 1, ORDER);
  expect(done).toContain('domainDestroyFlags');
});

it('a libvirtd that dies of the asking leaves it unknown', async () => {
  const peer = await TestPeer.open();
  const dir = tempDir();
  const connections: DriverConnection[] = [];
  const driver = libvirtDriver({
    socketPath: peer.path,
    stateDir: dir,
    stateRoot: dir,
    accel: 'tcg',
    now: Date.now,
    reconnect: { firstMs: 1, mostMs: 4 },
  });
  onTestFinished(async () => {
    await driver.stop();
    await peer.close();
  });
  peer.hear = (heard) => {
    const { procedure } = heard.packet;
    if (signsOn(heard)) return;
    if (procedure === PROCEDURES.domainGetState.number) {
      heard.answer(PROCEDURES.domainGetState, { state: STATE.VIR_DOMAIN_RUNNING, reason: 1 });
    } else if (procedure === PROCEDURES.domainShutdownFlags.number) void peer.vanish();
  };
  await driver.start({ guestEvent: () => {}, connection: (now) => void connections.push(now) });
  await vi.waitFor(() => expect(connections).toMatchObject([{ up: true }]), { interval: 1, timeout: 5_000 });
  await expect(driver.reboot?.soft(GUEST, 60_000, ORDER)).rejects.toMatchObject({
    code: 'connection-lost',
    asked: 'maybe',
  });
});
