// A program that sits between an agent and the bus and treats messages as badly as a bus may: it repeats them, holds them back so
// that others overtake them, loses some. What is not a message, a connection's own greetings and pings, it lets pass.
//
// arguments: LISTEN_PORT BUS_HOST BUS_PORT SEED      NATS without TLS; prints what it did, once a second, on standard output

import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { carriesMessage, NatsFrames } from './nats-frames.ts';
import { seeded } from './random.ts';

const [, , port = '4222', busHost = '127.0.0.1', busPort = '4222', seed = '1'] = process.argv;
const random = seeded(Number(seed));
const done = { passed: 0, repeated: 0, held: 0, lost: 0 };
/** The longest time a message is held back, ms. */
const HELD_MS = 2_000;
// Each is a chance of a message. An agent waits seconds for an answer that was lost, and does nothing else: more would only
// measure that.
const LOST = 0.002;
const HELD = 0.02;
const REPEATED = 0.1;
let behaves = true;
process.on('SIGUSR2', () => {
  behaves = false;
});

function passOn(frame: Buffer, to: Socket): void {
  const write = () => {
    if (to.writable) to.write(frame);
  };
  const chance = behaves || !carriesMessage(frame) ? 1 : random();
  if (chance < LOST) {
    done.lost += 1;
  } else if (chance < LOST + HELD) {
    done.held += 1;
    setTimeout(write, random() * HELD_MS);
  } else if (chance < LOST + HELD + REPEATED) {
    done.repeated += 1;
    write();
    // Now, and once more when it is news no more.
    setTimeout(write, random() * HELD_MS);
  } else {
    done.passed += 1;
    write();
  }
}

function pass(from: Socket, to: Socket): void {
  const frames = new NatsFrames();
  from.on('data', (chunk: Buffer) => {
    for (const frame of frames.push(chunk)) passOn(frame, to);
  });
  from.on('error', () => {});
  from.on('close', () => to.destroy());
}

createServer((agent) => {
  const bus = connect(Number(busPort), busHost);
  pass(agent, bus);
  pass(bus, agent);
}).listen(Number(port), '127.0.0.1');
setInterval(() => process.stdout.write(`${JSON.stringify(done)}\n`), 1_000);
