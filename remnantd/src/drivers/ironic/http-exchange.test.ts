// One exchange over real sockets: what comes of each way it can fail, and above all whether the other side may have read it.

import http from 'node:http';
import https from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificate } from '../../../test/harness/certificate.ts';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { type ExchangeAsk, HttpPeer, type PeerDeps } from './http-exchange.ts';
import { IronicLost } from './ironic-lost.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** A server on a free port that does so with each connection; what it read, and its port. */
async function listen(
  onConnection: (socket: Socket, read: () => string) => void,
): Promise<{ port: number; read: string[]; server: Server }> {
  const read: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const at = read.push('') - 1;
    socket.on('data', (data) => {
      read[at] += data.toString();
    });
    socket.on('error', () => {});
    onConnection(socket, () => read[at] ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, read, server };
}

function open(more: Partial<PeerDeps> = {}) {
  const clock = testClock();
  const peer = new HttpPeer({
    after: (ms, run) => clock.after(ms, run),
    secure: false,
    ca: null,
    name: 'Ironic at X',
    ...more,
  });
  onTestFinished(() => {
    peer.close();
    clock.stop();
  });
  return { clock, peer };
}

function put(port: number, more: Partial<ExchangeAsk> = {}): ExchangeAsk {
  const url = `http://127.0.0.1:${port}/v1/nodes/n/management/inject_nmi`;
  return { method: 'PUT', url, headers: { accept: 'application/json' }, body: '{}', timeoutMs: 5000, ...more };
}

function get(port: number, more: Partial<ExchangeAsk> = {}): ExchangeAsk {
  return put(port, { method: 'GET', body: null, ...more });
}

async function lost(answer: Promise<unknown>): Promise<Pick<IronicLost, 'kind' | 'asked' | 'message'>> {
  const error = await answer.then(
    () => expect.fail('there was an answer'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof IronicLost)) throw error;
  const { kind, asked, message } = error;
  return { kind, asked, message };
}

describe('what was not written has not been asked', () => {
  it('nobody listens', async () => {
    const { port, server } = await listen(() => {});
    await new Promise((resolve) => server.close(resolve));
    let looked = false;
    const justBefore = () => {
      looked = true;
    };
    expect(await lost(open().peer.exchange(put(port, { justBefore })))).toEqual({
      kind: 'unreachable',
      asked: 'no',
      message: `Ironic at X cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`,
    });
    expect(looked, 'it is looked at when the connection stands').toBe(false);
  });

  it('the name is not known', async () => {
    const answer = open().peer.exchange({ ...put(1), url: 'http://ironic.invalid:1/v1' });
    expect(await lost(answer)).toMatchObject({ kind: 'unreachable', asked: 'no' });
  });

  it('no connection comes about in time', async () => {
    // The other side takes connections without a word of TLS.
    const { port, read } = await listen(() => {});
    const { clock, peer } = open({ secure: true });
    const answer = lost(peer.exchange({ ...put(port), url: `https://127.0.0.1:${port}/` }));
    await waitFor('its hello', () => read[0] !== undefined && read[0] !== '');
    clock.advance(5000);
    expect(await answer).toEqual({
      kind: 'timeout',
      asked: 'no',
      message: 'Ironic at X gave no connection within 5 s',
    });
  });

  it('what is looked at last says no', async () => {
    const { port, read } = await listen(() => {});
    const stop = new Error('too late');
    const answer = open().peer.exchange(
      put(port, {
        justBefore: () => {
          throw stop;
        },
      }),
    );
    await expect(answer).rejects.toBe(stop);
    expect(read.join('')).toBe('');
  });

  it('it was closed before', async () => {
    const { port, read } = await listen(() => {});
    const { peer } = open();
    peer.close();
    expect(await lost(peer.exchange(put(port)))).toMatchObject({ kind: 'closed', asked: 'no' });
    expect(read).toEqual([]);
  });
});

describe('what was written may have been read', () => {
  it('the connection is broken once the request was read', async () => {
    const { port, read } = await listen((socket, so) => {
      socket.on('data', () => so().endsWith('{}') && socket.destroy());
    });
    const answer = await lost(open().peer.exchange(put(port)));
    expect(answer).toMatchObject({ kind: 'broken-off', asked: 'maybe' });
    expect(answer.message).toMatch(/^the connection to Ironic at X broke off before it answered: /);
    expect(read, 'never sent twice').toHaveLength(1);
  });

  it('the connection is reset', async () => {
    const { port, read } = await listen((socket) => socket.on('data', () => socket.resetAndDestroy()));
    expect(await lost(open().peer.exchange(put(port)))).toMatchObject({ kind: 'broken-off', asked: 'maybe' });
    expect(read).toHaveLength(1);
  });

  it('nothing is ever answered', async () => {
    const { port, read } = await listen(() => {});
    const { clock, peer } = open();
    const answer = lost(peer.exchange(put(port, { timeoutMs: 75_000 })));
    await waitFor('the request', () => read[0]?.endsWith('{}'));
    clock.advance(74_000);
    clock.advance(1_000);
    expect(await answer).toEqual({
      kind: 'timeout',
      asked: 'maybe',
      message: 'Ironic at X gave no answer within 75 s',
    });
  });

  it('an answer ends in its middle, or never does', async () => {
    const { port } = await listen((socket) =>
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nhalf')),
    );
    const message = 'Ironic at X broke off in the middle of an answer';
    expect(await lost(open().peer.exchange(put(port)))).toEqual({ kind: 'broken-off', asked: 'maybe', message });
    let begun = false;
    const hangs = await listen((socket) =>
      socket.on('data', () =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nhalf', () => {
          begun = true;
        }),
      ),
    );
    const { clock, peer } = open();
    const answer = lost(peer.exchange(put(hangs.port)));
    await waitFor('half an answer', () => begun);
    clock.advance(5000);
    expect(await answer).toMatchObject({ kind: 'timeout', asked: 'maybe' });
  });

  it('what is answered is no HTTP', async () => {
    const { port } = await listen((socket) => socket.on('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
    expect(await lost(open().peer.exchange(put(port)))).toMatchObject({ kind: 'broken-off', asked: 'maybe' });
  });

  it('it is closed meanwhile', async () => {
    const { port, read } = await listen(() => {});
    const { peer } = open();
    const answer = lost(peer.exchange(put(port)));
    await waitFor('the request', () => read[0]?.endsWith('{}'));
    peer.close();
    expect(await answer).toMatchObject({ kind: 'closed', asked: 'maybe' });
  });
});

describe('an answer', () => {
  it('comes whole, whatever its status', async () => {
    const { port, read } = await listen((socket) =>
      socket.on('data', () => socket.end('HTTP/1.1 503 No\r\nx-a: b\r\ncontent-length: 6\r\n\r\nno, é')),
    );
    const answer = await open().peer.exchange(put(port));
    expect(answer).toMatchObject({ status: 503, text: 'no, é', headers: { 'x-a': 'b' } });
    expect(read[0]).toMatch(
      /^PUT \/v1\/nodes\/n\/management\/inject_nmi HTTP\/1\.1\r\naccept: application\/json\r\ncontent-length: 2\r\n/,
    );
  });

  it('of more than 16 MiB is not taken', async () => {
    const server = http.createServer((_, response) => response.end(Buffer.alloc(16 * 1024 * 1024 + 1)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    expect(await lost(open().peer.exchange(get(port)))).toMatchObject({ kind: 'too-large' });
  });
});

describe('connections', () => {
  it('reads share one; a write has its own', async () => {
    const { port, read } = await listen((socket) => socket.on('data', () => socket.write(OK)));
    const { peer } = open();
    await peer.exchange(get(port));
    await peer.exchange(get(port));
    expect(read).toHaveLength(1);
    await peer.exchange(put(port));
    expect(read).toHaveLength(2);
    expect(read[1]).toContain('onnection: close');
  });

  it('many reads at once have one each, and wait for nobody', async () => {
    // Nobody is answered before all have asked.
    const waiting: Socket[] = [];
    const { port } = await listen((socket) =>
      socket.on('data', () => {
        if (waiting.push(socket) === 30) for (const one of waiting) one.write(OK);
      }),
    );
    const { peer } = open();
    const answers = await Promise.all(Array.from({ length: 30 }, () => peer.exchange(get(port))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(30);
  });

  it('a read over one that was closed meanwhile is asked again', async () => {
    const { port, read } = await listen((socket, so) =>
      socket.on('data', () => (so().split('GET ').length > 2 ? socket.destroy() : socket.write(OK))),
    );
    const { peer } = open();
    await peer.exchange(get(port));
    expect(await peer.exchange(get(port))).toMatchObject({ status: 200 });
    expect(read).toHaveLength(2);
  });

  it('a read over a new one that broke is not', async () => {
    const { port, read } = await listen((socket) => socket.on('data', () => socket.destroy()));
    expect(await lost(open().peer.exchange(get(port)))).toMatchObject({ kind: 'broken-off' });
    expect(read).toHaveLength(1);
  });
});

describe('https', () => {
  async function secureServer(dir: string) {
    const { cert, key } = makeCertificate(dir, 'ironic');
    const asked: string[] = [];
    const server = https.createServer({ cert, key }, (request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end('ok');
    });
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, cert, asked };
  }

  it('with the authority that is configured, for reads and writes', async () => {
    const { url, cert, asked } = await secureServer(tempDir());
    const { peer } = open({ secure: true, ca: cert });
    for (const ask of [get(1, { url }), put(1, { url }), get(1, { url })]) {
      expect(await peer.exchange(ask)).toMatchObject({ status: 200, text: 'ok' });
    }
    expect(asked).toEqual(['GET /v1', 'PUT /v1', 'GET /v1']);
  });

  it('an Ironic that nobody vouches for is asked nothing', async () => {
    const { url, asked } = await secureServer(tempDir());
    const { peer } = open({ secure: true });
    const answer = await lost(peer.exchange(put(1, { url })));
    expect(answer).toMatchObject({ kind: 'unreachable', asked: 'no' });
    expect(answer.message).toMatch(/self-signed certificate/);
    expect(asked).toEqual([]);
  });
});
