// The probe against a BMC of UDP: it answers, it does not, nobody listens, it answers nonsense.

import { createSocket, type Socket } from 'node:dgram';
import { expect, it, onTestFinished } from 'vitest';
import { testClock } from '../../../test/harness/test-clock.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { bmcAnswers, isAnswer } from './bmc-probe.ts';

/** What a BMC answers: its channel, its authentication types, no error. */
const ANSWER = Buffer.from('0600ff0700000000000000000010811c6320003800019404030000000000'.concat('00'), 'hex');

async function bmc(onQuestion: (socket: Socket, reply: (answer: Buffer) => void) => void) {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (question, { port, address }) => {
    asked.push(question.toString('hex'));
    onQuestion(socket, (answer) => socket.send(answer, port, address));
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const closed = () => new Promise<void>((resolve) => socket.close(() => resolve()));
  const clock = testClock();
  onTestFinished(() => clock.stop());
  return { port: socket.address().port, asked, closed, clock };
}

it('one that answers is there, with one question that wants no password', async () => {
  const { port, asked, clock, closed } = await bmc((_, reply) => reply(ANSWER));
  onTestFinished(closed);
  expect(await bmcAnswers(clock, '127.0.0.1', port)).toBe(true);
  expect(asked).toEqual(['0600ff07000000000000000000092018c88100388e04b5']);
  expect(await bmcAnswers(clock, 'localhost', port)).toBe(true);
});

it('one that answers nothing is asked three times within 3 s', async () => {
  const { port, asked, clock, closed } = await bmc(() => {});
  onTestFinished(closed);
  clock.freeze();
  const answers = bmcAnswers(clock, '127.0.0.1', port);
  for (let tries = 1; tries <= 3; tries += 1) {
    await waitFor(`question ${tries}`, () => asked.length === tries);
    clock.advance(900);
  }
  clock.advance(299);
  clock.advance(1);
  expect(await answers).toBe(false);
  expect(asked).toHaveLength(3);
});

it('a lost datagram is not the end', async () => {
  let lost = false;
  const { port, clock, closed } = await bmc((_, reply) => {
    if (lost) reply(ANSWER);
    else {
      lost = true;
      clock.advance(800);
    }
  });
  onTestFinished(closed);
  expect(await bmcAnswers(clock, '127.0.0.1', port)).toBe(true);
});

it('where nobody listens, or nobody is called so, there is none', async () => {
  const { port, clock, closed } = await bmc(() => {});
  await closed();
  expect(await bmcAnswers(clock, '127.0.0.1', port)).toBe(false);
  expect(await bmcAnswers(clock, 'bmc.invalid', 623)).toBe(false);
});

it('nonsense is no answer', async () => {
  const { port, clock, closed } = await bmc((_, reply) => {
    reply(Buffer.from('hello'));
    reply(ANSWER.subarray(0, 20));
    clock.advance(3_000);
  });
  onTestFinished(closed);
  expect(await bmcAnswers(clock, '127.0.0.1', port)).toBe(false);
});

it.each([0, 3, 4, 15, 19])('an answer to another question (byte %i) is none', (at) => {
  const other = Buffer.from(ANSWER);
  other[at] = 0x55;
  expect([isAnswer(ANSWER), isAnswer(other)]).toEqual([true, false]);
});
