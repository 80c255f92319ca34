// What every bus must do, as one suite: run by each adapter's own test.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonValue } from '../lib/json.ts';
import type { Bus } from './bus.ts';

/** Runs the contract against the bus that `open` makes. */
export function busContract(name: string, open: () => Promise<Bus>): void {
  describe(`${name} keeps the bus contract`, () => {
    let bus: Bus;
    beforeEach(async () => {
      bus = await open();
    });
    afterEach(async () => {
      await bus.close();
    });

    const received = (count: number, subject: string) => {
      const messages: JsonValue[] = [];
      const all = new Promise<JsonValue[]>((resolve) => {
        bus.subscribe(subject, (message) => {
          messages.push(message);
          if (messages.length === count) resolve(messages);
        });
      });
      return all;
    };

    it('gives a message to every subscriber of its subject, and to no other', async () => {
      const one = received(1, 'a.b');
      const two = received(1, 'a.b');
      bus.subscribe('a.c', () => expect.unreachable('another subject'));
      bus.publish('a.b', { n: 1 });
      expect(await one).toEqual([{ n: 1 }]);
      expect(await two).toEqual([{ n: 1 }]);
    });

    it('gives each subscriber a copy of its own', async () => {
      const message = { list: [1] };
      const got = received(1, 'copy');
      bus.publish('copy', message);
      message.list.push(2);
      expect(await got).toEqual([{ list: [1] }]);
    });

    it('lets `*` stand for one whole word, and tells each message under its own subject', async () => {
      const heard: unknown[] = [];
      const last = new Promise<void>((resolve) => {
        bus.subscribe('host.*.beat', (message, subject) => {
          heard.push([subject, message]);
          if (message === 'last') resolve();
        });
      });
      for (const subject of ['host.beat', 'host.a.b.beat', 'host.a.beats', 'a.host.b.beat'])
        bus.publish(subject, 'other');
      bus.publish('host.a.beat', 1);
      bus.publish('host.b-2.beat', 'last');
      await last;
      expect(heard).toEqual([
        ['host.a.beat', 1],
        ['host.b-2.beat', 'last'],
      ]);
      bus.serve('to.*', (message, subject) => Promise.resolve([subject, message]));
      expect(await bus.request('to.c', 2, 1_000)).toEqual(['to.c', 2]);
    });

    it('gives each subject behind a `*` an ear of its own, which hears all that is said there', async () => {
      const opened: string[] = [];
      const heard: unknown[] = [];
      const leave = bus.subscribeEach('host.*.beat', (subject) => {
        opened.push(subject);
        return (message) => heard.push([subject, message]);
      });
      const say = async (subject: string, message: JsonValue) => {
        bus.publish(subject, message);
        await bus.settle(5_000);
      };
      await bus.settle(5_000);
      for (const message of [{ n: 1 }, { n: 1 }, { n: 2 }, 'x'.repeat(5_000), { n: 2 }])
        await say('host.a.beat', message);
      await say('host.b.beat', { n: 1 });
      await say('host.a.beats', { n: 1 });
      const a = [{ n: 1 }, { n: 1 }, { n: 2 }, 'x'.repeat(5_000), { n: 2 }].map((message) => ['host.a.beat', message]);
      expect(heard).toEqual([...a, ['host.b.beat', { n: 1 }]]);
      expect(opened).toEqual(['host.a.beat', 'host.b.beat']);
      leave();
      await say('host.a.beat', { n: 3 });
      expect(heard).toHaveLength(6);
    });

    it('gives a request to one of those who serve it', async () => {
      let asked = 0;
      for (const who of ['one', 'two']) {
        bus.serve('shared', () => {
          asked += 1;
          return Promise.resolve(who);
        });
      }
      expect(['one', 'two']).toContain(await bus.request('shared', {}, 1_000));
      await bus.request('shared', {}, 1_000);
      expect(asked).toBe(2);
    });

    it('settles when all that was on its way has been given out', async () => {
      const heard: JsonValue[] = [];
      bus.subscribe('s', (message) => heard.push(message));
      await bus.settle(5_000);
      for (let n = 0; n < 100; n += 1) bus.publish('s', n);
      await bus.settle(5_000);
      expect(heard).toHaveLength(100);
      expect(bus.connection()).toMatchObject({ up: true, reason: '' });
    });

    it('answers requests', async () => {
      bus.serve('add', (message) => Promise.resolve({ sum: (message as { n: number }).n + 1 }));
      expect(await bus.request('add', { n: 41 }, 1_000)).toEqual({ sum: 42 });
    });

    it('says at once that nobody answers', async () => {
      await expect(bus.request('nobody', {}, 10_000)).rejects.toMatchObject({ name: 'BusFault', code: 'no-responder' });
    });

    it('says so when the answer does not come in time', async () => {
      bus.serve('slow', () => new Promise(() => {}));
      await expect(bus.request('slow', {}, 20)).rejects.toMatchObject({ code: 'timeout' });
    });

    it('hands a refusal back with its words', async () => {
      bus.serve('no', () => Promise.reject(new Error('not today')));
      await expect(bus.request('no', {}, 1_000)).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringContaining('not today'),
      });
    });

    it('goes on after a handler threw', async () => {
      bus.subscribe('x', () => {
        throw new Error('handler');
      });
      const got = received(1, 'x');
      bus.publish('x', 1);
      expect(await got).toEqual([1]);
    });

    it('is silent to those who left', async () => {
      const leave = bus.subscribe('y', () => expect.unreachable('left'));
      const got = received(1, 'y');
      leave();
      bus.publish('y', 1);
      expect(await got).toEqual([1]);
      bus.serve('z', () => Promise.resolve(1))();
      await expect(bus.request('z', {}, 1_000)).rejects.toMatchObject({ code: 'no-responder' });
    });

    it('ends requests in flight when it closes', async () => {
      bus.serve('never', () => new Promise(() => {}));
      const asked = bus.request('never', {}, 10_000);
      const told = expect(asked).rejects.toMatchObject({ code: 'closed' });
      await bus.close();
      await told;
      await expect(bus.request('never', {}, 1_000)).rejects.toMatchObject({ code: 'closed' });
      await expect(bus.settle(1_000)).rejects.toMatchObject({ code: 'closed' });
    });
  });
}
