// Finds a server that speaks. The client of NATS leaves a socket behind for each server that takes a connection and says
// nothing (one that is stopped, or out of reach since): so it is only ever given one that has just spoken.

import { connect } from 'node:net';
import type { Clock } from '../../ports/clock.ts';

/** Host and port of an address as the configuration has it. */
export function hostAndPort(server: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(server.replace(/^\w+:/, 'http:'));
  // A URL leaves out the port that its scheme has anyway.
  const plain = /:80\/?$/.test(server) ? 80 : 4222;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? plain : Number(port) };
}

/** Resolves when `server` has said its first words; else throws Error that says why not, naming it. Leaves nothing open. */
export function reachServer(server: string, clock: Pick<Clock, 'after'>, withinMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(hostAndPort(server));
    const end = (why: string | null) => {
      cancel();
      socket.destroy();
      if (why === null) resolve();
      else reject(new Error(`${server}: ${why}`));
    };
    const cancel = clock.after(withinMs, () => end(`no word within ${withinMs / 1000} s`));
    socket.once('data', () => end(null));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    socket.once('close', () => end('it hung up'));
  });
}
