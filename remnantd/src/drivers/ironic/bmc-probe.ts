// Asks a BMC over UDP whether it is there at all: RMCP with IPMI 1.5's "Get Channel Authentication Capabilities", which wants no
// user and no password and does nothing (IPMI 2.0 specification, 13.1.3 and 22.13; the first datagram of every ipmitool).

import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns';
import type { After } from './http-exchange.ts';

/** RMCP; a session of none; 9 bytes: to the BMC, network function App, from a console, command 0x38, this channel, administrator. */
const QUESTION = Buffer.from('0600ff07000000000000000000092018c88100388e04b5', 'hex');
/** A datagram may be lost: it is sent again until this is over, ms. */
const TRIES_AT_MS: readonly number[] = [0, 800, 1_700];
const WITHIN_MS = 3_000;

/** What it needs. */
export interface BmcProbeDeps {
  readonly after: After;
}

/** Whether a BMC answers at `address` (an IP address or a name) and `port`, within 3 s. Never throws: who is not found does not answer. */
export function bmcAnswers({ after }: BmcProbeDeps, address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    let close = () => {};
    let over = false;
    const cancels: (() => void)[] = [];
    const done = (answers: boolean) => {
      if (over) return;
      over = true;
      for (const cancel of cancels) cancel();
      close();
      resolve(answers);
    };
    cancels.push(after(WITHIN_MS, () => done(false)));
    lookup(address, (error, ip, family) => {
      if (over) return;
      if (error !== null) return done(false);
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
      close = () => socket.close();
      // Connected, so that only this address is heard, and "nobody listens there" too.
      socket.on('error', () => done(false));
      socket.on('message', (datagram) => {
        if (isAnswer(datagram)) done(true);
      });
      socket.connect(port, ip, () => {
        for (const ms of TRIES_AT_MS) {
          const send = () => socket.send(QUESTION, () => {});
          if (ms === 0) send();
          else cancels.push(after(ms, send));
        }
      });
    });
  });
}

/** True for a BMC's answer to the question, whatever it says in it. */
export function isAnswer(datagram: Buffer): boolean {
  if (datagram.length < 21 || datagram[0] !== 0x06) return false;
  // Of class IPMI, without a session.
  if (((datagram[3] ?? 0) & 0x1f) !== 0x07 || datagram[4] !== 0) return false;
  // The network function is App's answer, and the command the one that was asked.
  return (datagram[15] ?? 0) >> 2 === 0x07 && datagram[19] === 0x38;
}
