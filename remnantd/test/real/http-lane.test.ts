// The lane over HTTP between two processes: a large file costs neither of them memory, and either notices when the other is killed.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../harness/wait-for.ts';

const program = join(import.meta.dirname, 'lane-end.ts');
const MB = 2 ** 20;
const LARGE = 1024 * MB;
/** What Node may not have given back yet: far less than went through. */
const FLAT = 256 * MB;
const WITHOUT_END = 2 ** 40;

type Line = Readonly<Record<string, unknown>>;

/** A process at one end. */
interface End {
  /** The first line that has this key, waited for. */
  said(key: string): Promise<Line>;
  kill(): void;
}

function start(...words: readonly string[]): End {
  const child: ChildProcess = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines = () =>
    out
      .slice(0, out.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  return {
    said: (key) => waitFor(`a line with ${key}`, () => lines().find((line) => key in line), 60_000),
    kill: () => child.kill('SIGKILL'),
  };
}

async function pair(bytes: number): Promise<{ readonly receiver: End; readonly sender: End }> {
  const receiver = start('receive');
  const { ticket } = await receiver.said('ticket');
  return { receiver, sender: start('send', String(ticket), String(bytes)) };
}

test('a gibibyte goes through, whole, with flat memory at both ends', async () => {
  const { receiver, sender } = await pair(LARGE);
  const [sent, received] = await Promise.all([sender.said('outcome'), receiver.said('outcome')]);
  expect(sent).toMatchObject({ outcome: 'done', bytes: LARGE });
  expect(received).toMatchObject({ outcome: 'done', bytes: LARGE, sha256: sent['sha256'] });
  for (const end of [sent, received]) expect(end['grew']).toBeLessThan(FLAT);
});

test('a receiver that is killed ends the sender', async () => {
  const { receiver, sender } = await pair(WITHOUT_END);
  await receiver.said('began');
  receiver.kill();
  expect(await sender.said('outcome')).toEqual({ outcome: 'gone' });
});

test('a sender that is killed breaks what is read', async () => {
  const { receiver, sender } = await pair(WITHOUT_END);
  await receiver.said('began');
  sender.kill();
  expect(await receiver.said('outcome')).toEqual({ outcome: 'broken' });
});

test('who says nothing, or never ends his headers, is let go', async () => {
  const receiver = start('stand');
  const { hostname, port } = new URL(String((await receiver.said('ticket'))['ticket']));
  const answers = ['', 'PUT /lane/x HTTP/1.1\r\nhost: x\r\nx: '].map(async (request) => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(request);
    return (await text(socket)).split('\r\n')[0];
  });
  expect(await Promise.all(answers)).toEqual(['HTTP/1.1 408 Request Timeout', 'HTTP/1.1 408 Request Timeout']);
});
