// A message that was read before is not read again, and is never another one's.

import type { Msg } from '@nats-io/transport-node';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SaidBefore } from './said-before.ts';

/** A message as NATS gives it, in a buffer that is used again. */
function raw(subject: string, text: string): Msg {
  const data = Buffer.from(text);
  return { subject, data, json: () => JSON.parse(data.toString('utf8')) as unknown } as unknown as Msg;
}

describe('what is said again', () => {
  it('is the same object, under a subject without its prefix', () => {
    const said = new SaidBefore('remnant');
    const first = said.read(raw('remnant.host.a.beat', '{"life":"1"}'));
    const second = said.read(raw('remnant.host.a.beat', '{"life":"1"}'));
    expect(first).toEqual({ subject: 'host.a.beat', message: { life: '1' } });
    expect(second.message).toBe(first.message);
    expect(said.read(raw('remnant.host.b.beat', '{"life":"1"}')).message).not.toBe(first.message);
  });

  it('is read anew when a byte of it is another one, and outlives the buffer it came in', () => {
    const said = new SaidBefore('remnant');
    const message = raw('remnant.x', '{"life":"1"}');
    said.read(message);
    message.data.fill(32);
    expect(said.read(raw('remnant.x', '{"life":"1"}')).message).toEqual({ life: '1' });
    expect(said.read(raw('remnant.x', '{"life":"2"}')).message).toEqual({ life: '2' });
    expect(said.read(raw('remnant.x', '{"life":"2","leaving":true}')).message).toEqual({ life: '2', leaving: true });
  });

  it('changes nothing of what is heard, whatever comes in whatever order', () => {
    const text = fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.constant('x'.repeat(3_000)).map((x) => `"${x}"`),
    );
    const one = fc.record({ subject: fc.constantFrom('p.a', 'p.b', 'p.c'), text });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), (all) => {
        const said = new SaidBefore('p');
        for (const { subject, text: words } of all) {
          expect(said.read(raw(subject, words))).toMatchObject({
            subject: subject.slice(2),
            message: JSON.parse(words),
          });
        }
      }),
    );
  });

  it('that is no JSON is refused each time', () => {
    const said = new SaidBefore('p');
    for (let i = 0; i < 2; i += 1) expect(() => said.read(raw('p.a', '{'))).toThrow(SyntaxError);
  });
});
