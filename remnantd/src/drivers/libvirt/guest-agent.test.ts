// Proves how a guest's agent is asked through libvirt: one conversation at a time, bounded, and with nothing left open; the
// guest may answer anything.

import { beforeEach, describe, expect, test } from 'vitest';
import { asId, type ServerId } from '../../model/ids.ts';
import type { GuestAgent } from '../driver.ts';
import { ERROR } from './constants.ts';
import { LibvirtError } from './errors.ts';
import { guestFault } from './faults.ts';
import { guestAgent } from './guest-agent.ts';
import type { Procedure } from './procedures.ts';
import { decode, encode } from './xdr.ts';

const one = asId<ServerId>('00010203-0405-0607-0809-0a0b0c0d0e01');
const two = asId<ServerId>('00010203-0405-0607-0809-0a0b0c0d0e02');
const three = asId<ServerId>('00010203-0405-0607-0809-0a0b0c0d0e03');
const ask = { mostBytes: 4_096, boundMs: 5_000 };

interface Asked {
  readonly guest: string;
  readonly execute: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

const refused = (command: string, words: string) =>
  new LibvirtError(1, 10, `internal error: unable to execute QEMU agent command '${command}': ${words}`);

let asked: Asked[];
let open: Set<number>;
let files: Record<string, string>;
let most: number;
let underWay: number;
/** May answer in the place of a guest that does as it should; undefined for one that does. */
let answer: (what: Asked) => unknown;
let agent: GuestAgent;

async function guestSays(what: Asked): Promise<unknown> {
  const { handle, path } = what.arguments;
  switch (what.execute) {
    case 'guest-file-open': {
      if (files[String(path)] === undefined) throw refused('guest-file-open', 'failed to open file: No such file');
      const fresh = asked.length + 1_000;
      open.add(fresh);
      opened.set(fresh, String(path));
      return fresh;
    }
    case 'guest-file-read': {
      const text = files[opened.get(Number(handle)) ?? ''] ?? '';
      return { count: text.length, 'buf-b64': Buffer.from(text).toString('base64'), eof: true };
    }
    case 'guest-file-close':
      if (!open.delete(Number(handle)))
        throw refused('guest-file-close', `handle '${String(handle)}' has not been seen`);
      return {};
    case 'guest-exec':
      return { pid: 7 };
    default:
      return { exited: true, exitcode: 3, 'out-data': Buffer.from('said\n').toString('base64') };
  }
}
let opened: Map<number, string>;

beforeEach(() => {
  asked = [];
  open = new Set();
  opened = new Map();
  files = { '/a': 'one\n', '/b': 'x'.repeat(10_000) };
  most = 0;
  underWay = 0;
  answer = () => undefined;
  agent = guestAgent({
    call: async <Args, Ret>(procedure: Procedure<Args, Ret>, args: Args) => {
      const { dom, cmd } = decode(procedure.args, encode(procedure.args, args)) as {
        dom: { uuid: string };
        cmd: string;
      };
      const what: Asked = { guest: dom.uuid, ...JSON.parse(cmd) };
      asked.push(what);
      underWay += 1;
      most = Math.max(most, underWay);
      try {
        const said = (await answer(what)) ?? { return: await guestSays(what) };
        const result = typeof said === 'string' ? said : JSON.stringify(said);
        return decode(procedure.ret, encode<unknown>(procedure.ret, { result }));
      } finally {
        underWay -= 1;
      }
    },
    guarded: async (id, work) => {
      try {
        return await work({ name: id, uuid: id, id: -1 });
      } catch (error) {
        throw guestFault(error, id);
      }
    },
  });
});

const commands = () => asked.map(({ execute }) => execute);

describe('files', () => {
  test('are read, cut off, and closed; one that is not there is null', async () => {
    const texts = await agent.readFiles(one, ['/a', '/none', '/b'], ask);
    expect([...texts.keys()]).toEqual(['/a', '/none', '/b']);
    expect([texts.get('/a'), texts.get('/none'), texts.get('/b')?.length]).toEqual(['one\n', null, 4_096]);
    expect([...open]).toEqual([]);
  });

  test.each([
    ['garbage', 'no json'],
    ['a list', []],
    ['text that is none', { return: { 'buf-b64': 17 } }],
    ['nothing', { return: null }],
  ])('a guest that answers a read with %s has no such text', async (_, said) => {
    answer = ({ execute }) => (execute === 'guest-file-read' ? said : undefined);
    expect((await agent.readFiles(one, ['/a'], ask)).get('/a')).toBeNull();
    expect([...open]).toEqual([]);
  });

  test('a guest that opens with garbage has no such file', async () => {
    answer = ({ execute }) => (execute === 'guest-file-open' ? { return: { evil: true } } : undefined);
    expect((await agent.readFiles(one, ['/a'], ask)).get('/a')).toBeNull();
    expect(commands()).toEqual(['guest-file-open']);
  });

  test('what stayed open because the guest fell silent is closed first the next time', async () => {
    answer = ({ execute }) => {
      if (execute === 'guest-file-read') throw new LibvirtError(ERROR.VIR_ERR_AGENT_UNRESPONSIVE, 10, 'not responding');
    };
    await expect(agent.readFiles(one, ['/a'], ask)).rejects.toMatchObject({ trouble: 'silent', code: 'failed' });
    expect(open.size).toBe(1);
    answer = () => undefined;
    asked = [];
    await agent.readFiles(one, ['/a'], ask);
    expect(commands()[0]).toBe('guest-file-close');
    expect(open.size).toBe(0);
  });
});

describe('a program', () => {
  test('runs to its end, with what it wrote', async () => {
    let looks = 0;
    answer = ({ execute }) => {
      if (execute !== 'guest-exec-status') return undefined;
      looks += 1;
      return looks < 3 ? { return: { exited: false } } : undefined;
    };
    expect(await agent.run(one, ['ls', '-1', '/'], ask)).toEqual({ exitCode: 3, out: 'said\n' });
    expect(asked[0]?.arguments).toEqual({ path: 'ls', arg: ['-1', '/'], 'capture-output': true });
  });

  test('that does not end is given up at the bound, and no other is put beside it', async () => {
    let running = true;
    answer = ({ execute }) => (execute === 'guest-exec-status' && running ? { return: { exited: false } } : undefined);
    await expect(agent.run(one, ['df'], { ...ask, boundMs: 60 })).rejects.toMatchObject({ trouble: 'silent' });
    await expect(agent.run(one, ['df'], ask)).rejects.toMatchObject({ message: expect.stringContaining('not ended') });
    expect(commands().filter((each) => each === 'guest-exec')).toHaveLength(1);
    running = false;
    expect((await agent.run(one, ['df'], ask)).exitCode).toBe(3);
  });

  test('killed by a signal has no exit code', async () => {
    answer = ({ execute }) => (execute === 'guest-exec-status' ? { return: { exited: true, signal: 9 } } : undefined);
    expect(await agent.run(one, ['df'], ask)).toEqual({ exitCode: null, out: '' });
  });
});

describe('what libvirt says', () => {
  const disabled = 'Command guest-exec has been disabled: the command is not allowed';
  test.each([
    [ERROR.VIR_ERR_ARGUMENT_UNSUPPORTED, 'QEMU guest agent is not configured', 'absent'],
    [ERROR.VIR_ERR_AGENT_UNRESPONSIVE, 'Guest agent is not responding: QEMU guest agent is not connected', 'absent'],
    [ERROR.VIR_ERR_AGENT_UNRESPONSIVE, 'Guest agent is not responding: not available for now', 'silent'],
    [ERROR.VIR_ERR_AGENT_UNSYNCED, 'guest agent replied with wrong id', 'silent'],
    [1, `internal error: unable to execute QEMU agent command 'guest-exec': ${disabled}`, 'blocked'],
    [1, "unable to execute QEMU agent command 'guest-exec': The command guest-exec has been disabled", 'blocked'],
    [1, "unable to execute QEMU agent command 'guest-exec': The command guest-exec has not been found", 'blocked'],
  ])('%i %s: %s', async (code, message, trouble) => {
    answer = () => {
      throw new LibvirtError(code, 10, message);
    };
    await expect(agent.run(one, ['df'], ask)).rejects.toMatchObject({ code: 'failed', trouble, message });
  });

  test.each([
    [ERROR.VIR_ERR_NO_DOMAIN, 'not-found'],
    [9, 'failed'],
  ])('%i is a fault like any other: %s', async (code, wanted) => {
    answer = () => {
      throw new LibvirtError(code, 10, 'no');
    };
    await expect(agent.readFiles(one, ['/a'], ask)).rejects.toMatchObject({ code: wanted });
  });
});

describe('guests that do not answer', () => {
  test('hold up neither their caller beyond the bound nor another guest; at most two calls wait for any', async () => {
    const silence = Promise.withResolvers<never>();
    answer = ({ guest }) => (guest === one ? silence.promise : undefined);
    const held = agent.readFiles(one, ['/a'], { ...ask, boundMs: 40 });
    const behind = agent.readFiles(one, ['/a'], { ...ask, boundMs: 40 });
    expect((await agent.readFiles(two, ['/a'], ask)).get('/a')).toBe('one\n');
    await expect(held).rejects.toMatchObject({ trouble: 'silent', message: expect.stringContaining('0.04 s') });
    await expect(behind).rejects.toMatchObject({ trouble: 'silent' });
    await Promise.all([agent.readFiles(two, ['/a'], ask), agent.readFiles(three, ['/a'], ask)]);
    expect(most).toBe(2);
    expect(asked.filter(({ guest }) => guest === one)).toHaveLength(1);
    silence.reject(new LibvirtError(ERROR.VIR_ERR_AGENT_UNRESPONSIVE, 10, 'gone'));
  });

  test('a look that is called off asks nothing more, and closes what it opened', async () => {
    const stop = new AbortController();
    answer = ({ execute }) => {
      if (execute === 'guest-file-open') stop.abort();
    };
    await expect(agent.readFiles(one, ['/a', '/b'], { ...ask, signal: stop.signal })).rejects.toMatchObject({
      trouble: 'silent',
    });
    await agent.readFiles(one, [], ask);
    expect(commands()).toEqual(['guest-file-open', 'guest-file-close']);
  });
});
