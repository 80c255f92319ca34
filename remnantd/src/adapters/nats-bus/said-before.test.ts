// A message that was read before is not read again, and is never another one's; each subject has its ear.

import type { Msg } from '@nats-io/transport-node';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../lib/json.ts';
import { MOST_EARS } from '../../ports/each-subject.ts';
import { SaidBefore } from './said-before.ts';

/** A message as NATS gives it, in a buffer that is used again. */
function raw(subject: string, text: string): Msg {
  const data = Buffer.from(text);
  return { subject, data, json: () => JSON.parse(data.toString('utf8')) as unknown } as unknown as Msg;
}

/** What is heard, and for which subjects an ear was opened. */
function setUp(prefix: string) {
  const opened: string[] = [];
  let last: { readonly subject: string; readonly message: JsonValue } | null = null;
  const said = new SaidBefore(prefix, (subject) => {
    opened.push(subject);
    return (message) => {
      last = { subject, message };
    };
  });
  const read = (message: Msg) => {
    last = null;
    said.hear(message);
    if (last === null) throw new Error('nothing was heard');
    return last as { readonly subject: string; readonly message: JsonValue };
  };
  return { said, opened, read };
}

describe('what is said again', () => {
  it('is the same object, to the one ear of its subject, which is without its prefix', () => {
    const { opened, read } = setUp('remnant');
    const first = read(raw('remnant.host.a.beat', '{"life":"1"}'));
    const second = read(raw('remnant.host.a.beat', '{"life":"1"}'));
    expect(first).toEqual({ subject: 'host.a.beat', message: { life: '1' } });
    expect(second.message).toBe(first.message);
    expect(read(raw('remnant.host.b.beat', '{"life":"1"}')).message).not.toBe(first.message);
    expect(opened).toEqual(['host.a.beat', 'host.b.beat']);
  });

  it('is read anew when a byte of it is another one, and outlives the buffer it came in', () => {
    const { read } = setUp('remnant');
    const message = raw('remnant.x', '{"life":"1"}');
    read(message);
    message.data.fill(32);
    expect(read(raw('remnant.x', '{"life":"1"}')).message).toEqual({ life: '1' });
    expect(read(raw('remnant.x', '{"life":"2"}')).message).toEqual({ life: '2' });
    expect(read(raw('remnant.x', '{"life":"2","leaving":true}')).message).toEqual({ life: '2', leaving: true });
  });

  it('changes nothing of what is heard, whatever comes in whatever order', () => {
    const text = fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.constant('x'.repeat(3_000)).map((x) => `"${x}"`),
    );
    const one = fc.record({ subject: fc.constantFrom('p.a', 'p.b', 'p.c'), text });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), (all) => {
        const { read } = setUp('p');
        for (const { subject, text: words } of all) {
          expect(read(raw(subject, words))).toEqual({ subject: subject.slice(2), message: JSON.parse(words) });
        }
      }),
    );
  });

  it('that is no JSON is refused each time, and opens no ear', () => {
    const { said, opened } = setUp('p');
    for (let i = 0; i < 2; i += 1) expect(() => said.hear(raw('p.a', '{'))).toThrow(SyntaxError);
    expect(opened).toEqual([]);
  });

  it('on more subjects than are remembered is heard all the same', () => {
    const { opened, read } = setUp('p');
    for (let i = 0; i <= MOST_EARS; i += 1) read(raw(`p.${i}`, '1'));
    opened.length = 0;
    expect(read(raw('p.0', '2')).message).toBe(2);
    for (const text of ['2', '2', '3']) expect(read(raw(`p.${MOST_EARS}`, text)).message).toBe(Number(text));
    expect(opened).toEqual(Array.from({ length: 3 }, () => `${MOST_EARS}`));
  });
});
