// The look into a guest that came back: what is a new dump, what is none, and when nothing can be said.

import { expect, it, onTestFinished } from 'vitest';
import { testClock } from '../../../test/harness/test-clock.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { GuestAgentFault, type GuestEventKind } from '../../drivers/driver.ts';
import type { GuestFacts } from '../../model/guest-facts.ts';
import { asId, type ServerId } from '../../model/ids.ts';
import { RebootLooks } from './look-after-reboot.ts';

const GUEST = asId<ServerId>('g');
const OLD = '22 1700000000 /var/crash/202601010101/dump.202601010101';
const NEW = '9000 1800000000 /var/crash/202602020202/dump.202602020202';
const pathOf = (line: string) => line.split(' ').at(-1) ?? '';

function bench(facts: Partial<GuestFacts> | null = {}) {
  const clock = testClock();
  clock.freeze();
  const told: string[] = [];
  const errors: string[] = [];
  /** What the guest has now; null while its agent is silent. */
  const guest = {
    lines: null as readonly string[] | null,
    begins: new Map<string, string>(),
    asks: 0,
    places: [] as string[],
  };
  const silent = () => new GuestAgentFault('silent', 'not available for now');
  const looks = new RebootLooks({
    agent: {
      readFiles: async (_, paths) => {
        if (guest.lines === null) throw silent();
        return new Map(paths.map((path) => [path, guest.begins.get(path) ?? null]));
      },
      run: async (_, argv) => {
        guest.asks += 1;
        guest.places.push(argv[1] ?? '');
        if (guest.lines === null) throw silent();
        const here = guest.lines.filter((line) => pathOf(line).startsWith(`${argv[1]}/`));
        return { exitCode: 0, out: here.map((line) => `${line}\n`).join('') };
      },
    },
    clock,
    tell: (_, kind, detail) => told.push(`${kind}: ${detail}`),
    times: { find: 180_000, again: 1_000, bound: 10_000, whole: 1_800_000 },
    onError: (what, error) => errors.push(`${what}: ${String(error)}`),
  });
  onTestFinished(() => {
    looks.stop();
    expect(errors).toEqual([]);
  });
  const known = { target: null, dumps: [OLD], ...facts } as GuestFacts;
  return {
    clock,
    guest,
    looks,
    told,
    asked: looks.asked(GUEST, facts === null ? null : known),
    event: (kind: GuestEventKind) => looks.event({ guest: GUEST, kind, detail: '', at: 0 }),
    outcome: () => waitFor('what was told', () => told[0]),
  };
}

it('a new file that begins as a dump is found, once the guest answers', async () => {
  const { clock, guest, asked, event, outcome, told } = bench();
  expect(asked).toBe(true);
  event('rebooted');
  await waitFor('three tries in vain', () => {
    clock.advance(1_000);
    return guest.asks >= 3;
  });
  expect(told).toEqual([]);
  guest.lines = [OLD, NEW];
  guest.begins.set(pathOf(NEW), 'KDUMP   \u0006');
  await waitFor('the end', () => {
    clock.advance(1_000);
    return told.length > 0;
  });
  expect(await outcome()).toBe('found: /var/crash/202602020202/dump.202602020202, 9000 bytes, kdump');
  event('rebooted');
  expect(told).toHaveLength(1);
});

it.each([
  ['flattened', 'makedumpfile\0\0'],
  ['ELF', '\u007fELF\u0002'],
])('so is one in the form %s, where its configuration says that dumps go', async (format, begins) => {
  const line = '77 1800000000 /srv/dumps/vmcore';
  const { guest, event, outcome } = bench({ target: { kind: 'local', where: '/srv/dumps' } });
  guest.lines = [OLD, line];
  guest.begins.set('/srv/dumps/vmcore', begins);
  event('rebooted');
  expect(await outcome()).toBe(`found: /srv/dumps/vmcore, 77 bytes, ${format}`);
  expect(guest.places).toEqual(['/srv/dumps', '/var/crash']);
});

it('another dump under the old name is a new one', async () => {
  const { guest, event, outcome } = bench({ dumps: ['22 1 /var/crash/vmcore'] });
  guest.lines = ['22 2 /var/crash/vmcore'];
  guest.begins.set('/var/crash/vmcore', 'KDUMP   ');
  event('rebooted');
  expect(await outcome()).toContain('found: /var/crash/vmcore');
});

it.each([
  ['nothing but what was there', [OLD], {}, 'no file that was not there before'],
  [
    'a file that is not finished',
    ['5 1800000000 /var/crash/a/vmcore-incomplete'],
    {},
    'no file that was not there before',
  ],
  ['a file of other kind', [NEW], { [pathOf(NEW)]: '\0\0\0\0' }, 'begins as no dump does'],
  ['an empty file', [NEW.replace('9000', '0')], { [pathOf(NEW)]: '' }, 'begins as no dump does'],
])('%s is no dump', async (_what, lines, begins, words) => {
  const { guest, event, outcome } = bench();
  guest.lines = lines;
  guest.begins = new Map(Object.entries(begins));
  event('rebooted');
  expect(await outcome()).toMatch(new RegExp(`^found-none: looked in /var/crash: .*${words}`));
});

it('a new file that cannot be read is neither: it is tried again until the bound, and nothing is claimed', async () => {
  const { clock, guest, event, told } = bench();
  guest.lines = [NEW];
  event('rebooted');
  await waitFor('a try', () => guest.asks > 0);
  await waitFor('the bound', () => {
    clock.advance(20_000);
    return clock.mono() > 1_200_000;
  });
  const asks = guest.asks;
  clock.advance(20_000);
  expect(told).toEqual([]);
  expect(guest.asks).toBe(asks);
});

it.each<[string, (bench_: ReturnType<typeof bench>) => void]>([
  ['whose dump came to the host', ({ looks }) => looks.told(GUEST, 'artefact')],
  ['that ignored the NMI', ({ looks }) => looks.told(GUEST, 'dazed')],
  ['that got no NMI', ({ looks }) => looks.notSent(GUEST)],
  ['that was stopped', ({ event }) => event('stopped')],
  [
    'that rebooted long after',
    ({ clock, looks }) => {
      looks.bound(GUEST);
      clock.advance(1_800_000);
    },
  ],
])('a guest %s is not looked into', async (_what, happens) => {
  const all = bench();
  all.guest.lines = [NEW];
  happens(all);
  all.event('rebooted');
  expect(all.guest.asks).toBe(0);
});

it('a guest that was paused for long is looked into all the same', async () => {
  const { clock, guest, looks, event, outcome } = bench();
  guest.lines = [OLD];
  clock.advance(7_200_000);
  looks.bound(GUEST);
  clock.advance(1_799_999);
  event('rebooted');
  expect(await outcome()).toMatch(/^found-none/);
});

it.each([
  ['was never looked at', null],
  ['does not let its dumps be listed', { dumps: null }],
])('a guest that %s is promised nothing', (_what, facts) => {
  const { asked, event, guest } = bench(facts);
  expect(asked).toBe(false);
  event('rebooted');
  expect(guest.asks).toBe(0);
});
