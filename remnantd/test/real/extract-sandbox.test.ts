// The sandbox that makedumpfile runs in, attacked from within by a program that does what a dump could talk makedumpfile into;
// and makedumpfile itself on dumps that lie. Whatever happens in there, it ends in time and touches nothing of the host.

import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { hostDisk } from '../../src/agent/capture/disk.ts';
import { sandboxedMakedumpfile } from '../../src/agent/extract/makedumpfile.ts';
import { runSandboxed, type SandboxRun } from '../../src/agent/extract/sandbox.ts';
import { MOST_KEPT, MOST_TAKEN, type Taken } from '../../src/agent/extract/take-dmesg.ts';
import type { ArtefactFormat } from '../../src/model/wire.ts';
import { flatEnd, flatHeader, flatRecord } from '../harness/flat-dump.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { waitFor } from '../harness/wait-for.ts';

const LIFE = join(import.meta.dirname, '../harness/sandbox-life.ts');
const MIB = 2 ** 20;
const clock = systemClock();

/** A folder that others may pass through, as /opt is. */
function openDir(): string {
  const dir = tempDir();
  chmodSync(dir, 0o755);
  return dir;
}

/** Runs a Perl program in the place of makedumpfile: `perl` is what it does with the dump, OUT is its text. */
async function standIn(perl: string, more: Partial<SandboxRun> = {}): Promise<Taken> {
  const dir = openDir();
  const program = join(dir, 'standin');
  const text = `open(OUT, '>', '/out/dmesg') or die "out: $!"; select(OUT); $| = 1;`;
  writeFileSync(program, `#!/usr/bin/perl\nexit 0 if $ARGV[1] eq '-R';\n${text}\n${perl}\n`);
  chmodSync(program, 0o755);
  mkdirSync(join(dir, 'root'));
  return runSandboxed(clock, {
    mountOn: join(dir, 'root'),
    program,
    how: 'rearrange',
    open: () => Promise.resolve(Readable.from([Buffer.from('a dump')], { objectMode: false })),
    file: null,
    mostDump: 64 * MIB,
    memory: 256 * MIB,
    cpuMs: 60_000,
    timeMs: 120_000,
    stop: new AbortController().signal,
    ...more,
  });
}

async function saidBy(perl: string, more: Partial<SandboxRun> = {}): Promise<string> {
  const taken = await standIn(perl, more);
  if (!taken.ok) throw new Error(taken.reason);
  return taken.text.toString('utf8');
}

/** Processes of the host whose command line has `words`. */
function running(words: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(words));
}

describe('from within', () => {
  test('nothing of the host is there but its programs', async () => {
    const secret = join(openDir(), 'key');
    writeFileSync(secret, 'secret', { mode: 0o644 });
    const seen = await saidBy(`
      opendir(D, '/'); print join(' ', sort grep { !/^[.]/ } readdir D), "\\n";
      for my $path ('/etc/shadow', '/etc/passwd', '/root', '/home', '/var', '/old', '/dev/null', '/proc/1', '/sys/kernel', '${secret}') {
        print "SEEN $path\\n" if -e $path;
      }
      opendir(D, '/proc'); print 'proc: ', join(' ', grep { !/^[.]/ } readdir D), "\\n";
    `);
    const [root = '', proc] = seen.split('\n');
    expect(root.split(' ').filter((name) => !/^(bin|sbin|lib\w*|usr)$/.test(name))).toEqual([
      'in',
      'out',
      'proc',
      'program',
      'tmp',
    ]);
    expect(proc).toBe('proc: ');
    expect(seen).not.toContain('SEEN');
  });

  test('it is nobody, and cannot become somebody', async () => {
    const said = await saidBy(`
      my @before = ($<, $>, $( + 0, $) + 0);
      ($<, $>) = (0, 0); ($(, $)) = (0, 0);
      print join(' ', @before, 'then', $<, $>), "\\n";
      print 'chroot ', (chroot('/tmp') ? 'done' : 'refused'), "\\n";
      print 'mount ', (syscall(165, my $x = 'x', my $at = '/tmp', my $type = 'tmpfs', 0, 0) == 0 ? 'done' : 'refused'), "\\n";
      print 'kill ', (kill(9, 1) ? 'done' : 'refused'), "\\n";
    `);
    expect(said).toBe('65529 65529 65529 65529 then 65529 65529\nchroot refused\nmount refused\nkill refused\n');
  });

  test('it reaches no network, nor a service of this machine', async () => {
    const server: Server = createServer((socket) => socket.destroy());
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const said = await saidBy(`
      use Socket;
      socket(S, PF_INET, SOCK_STREAM, 0);
      print connect(S, sockaddr_in(${port}, inet_aton('127.0.0.1'))) ? 'connected' : 'refused';
    `);
    expect([said, connections]).toEqual(['refused', 0]);
  });

  test('it starts no other process', async () => {
    const said = await saidBy(`
      my $n = 0;
      for (1..1000) { my $pid = fork(); last unless defined $pid; if ($pid == 0) { sleep 600; exit } $n++ }
      print "forked $n";
    `);
    expect(said).toBe('forked 0');
  });

  test('it writes to two files, and no more than there may be', async () => {
    const most = 20 * MIB;
    const said = await saidBy(
      `
      $SIG{XFSZ} = 'IGNORE';
      for my $path ('/x', '/usr/x', '/program/x', '/program/standin', '/in/x', '/out/x') {
        print "WROTE $path\\n" if open(F, '>>', $path);
      }
      my $block = 'x' x ${MIB};
      sub fill { my ($path) = @_; my $sum = 0; open(F, '>', $path) or return -1;
        while (my $wrote = syswrite(F, $block)) { $sum += $wrote } close F; return $sum }
      print 'dump ', fill('/in/dump'), "\\n";
      my $tmp = 0; for my $n (1..100) { my $wrote = fill("/tmp/$n"); last if $wrote <= 0; $tmp += $wrote }
      print "tmp $tmp\\n";
    `,
      { mostDump: most },
    );
    expect(said).not.toContain('WROTE');
    // Its own bound is that of what it is at: dmesg.
    expect(Number(/dump (\d+)/.exec(said)?.[1])).toBeLessThanOrEqual(MOST_TAKEN);
    expect(Number(/tmp (\d+)/.exec(said)?.[1])).toBeLessThanOrEqual(MIB);
  });

  test('a gibibyte written ends at the bound, and the rest of the text is what is kept', async () => {
    const taken = await standIn(`$SIG{XFSZ} = 'IGNORE'; for (1..1024) { syswrite(OUT, 'y' x ${MIB}) or last }`);
    expect(taken).toMatchObject({ ok: true });
    if (!taken.ok) return;
    expect(taken.bytes).toBeGreaterThan(MOST_KEPT);
    expect(taken.bytes).toBeLessThanOrEqual(MOST_TAKEN);
    expect(taken.text.length).toBe(MOST_KEPT);
  });

  test('eight gibibytes of memory are refused', async () => {
    const said = await standIn(`print 'begun'; my @all; push @all, 'z' x ${64 * MIB} for 1..128; print 'HELD';`);
    expect(said).toMatchObject({ ok: false, fault: 'dump' });
  });

  test.each([
    ['sleeps', 'sleep 600;'],
    ['works', '1 while 1;'],
    ['ignores signals', '$SIG{$_} = "IGNORE" for keys %SIG; sleep 600 while 1;'],
  ])('a program that %s for ever is ended, and nothing of it is left', async (_, perl) => {
    const began = clock.mono();
    const taken = await standIn(perl, { timeMs: 1_500 });
    expect(taken).toMatchObject({ ok: false, fault: 'host', reason: expect.stringContaining('longer than 2 s') });
    expect(clock.mono() - began).toBeLessThan(30_000);
    await waitFor(
      'nothing to be left',
      () => running('--dump-dmesg').filter((line) => line.includes('standin')).length === 0,
    );
  });

  test('a program that works for ever is ended by the kernel, whoever watches it', async () => {
    const taken = await standIn('1 while 1;', { cpuMs: 1_000 });
    expect(taken).toMatchObject({
      ok: false,
      fault: 'dump',
      reason: expect.stringContaining('more than 1 s on the processor'),
    });
  });

  test('what it complains of is cut short, and holds no control characters', async () => {
    const taken = await standIn(
      `print STDERR "\\e[31m\\0no\\n" x 1_000_000; print STDERR 'w' x 100_000, "\\e[2J"; exit 1;`,
    );
    expect(taken.ok).toBe(false);
    if (taken.ok) return;
    expect(taken.reason).toMatch(/^no dmesg could be taken out of the dump: w{1,300}/);
    expect(taken.reason.length).toBeLessThan(400);
    expect(taken.reason).not.toMatch(/\p{Cc}/u);
  });

  test('that we stop, it notices at once', async () => {
    const stop = new AbortController();
    const taken = standIn('sleep 600;', { stop: stop.signal });
    await waitFor('it to run', () => running('--dump-dmesg').some((line) => line.includes('standin')));
    stop.abort();
    expect(await taken).toMatchObject({ ok: false, fault: 'stopped' });
    await waitFor('nothing to be left', () => !running('--dump-dmesg').some((line) => line.includes('standin')));
  });

  test('a kill -9 of the agent takes it along', async () => {
    const dir = openDir();
    const program = join(dir, 'standin');
    writeFileSync(program, `#!/usr/bin/perl\nexit 0 if $ARGV[1] eq '-R';\nsleep 600;\n`);
    chmodSync(program, 0o755);
    mkdirSync(join(dir, 'root'));
    const life = spawn(process.execPath, ['--conditions=remnant-source', LIFE, dir], { stdio: 'ignore' });
    onTestFinished(() => void life.kill('SIGKILL'));
    const inside = () => running('--dump-dmesg').filter((line) => line.includes('standin'));
    const around = () => running(join(dir, 'root'));
    await waitFor('it to run', () => inside().length > 0);
    expect(around().length).toBeGreaterThan(0);
    life.kill('SIGKILL');
    await waitFor('nothing to be left', () => inside().length + around().length === 0);
  });

  test('nothing is mounted on the host', async () => {
    const before = readFileSync('/proc/self/mountinfo', 'utf8');
    await saidBy('print "x";');
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(before);
  });
});

describe('makedumpfile on a dump that lies', () => {
  const root = join(import.meta.dirname, '../../..');
  const guest = join(root, 'var/lab/guest');
  beforeAll(async () => {
    await promisify(execFile)('bash', [join(root, 'lab/install.sh'), 'guest']);
    await promisify(execFile)('bash', [join(root, 'lab/guest.sh'), guest]);
  });

  const open = (more: { dir?: string; program?: string; inMemory?: number; cpuMs?: number } = {}) =>
    sandboxedMakedumpfile({
      clock,
      disk: hostDisk,
      dir: more.dir ?? join(openDir(), 'extract'),
      program: more.program ?? join(guest, 'lib/makedumpfile'),
      path: '',
      inMemory: more.inMemory ?? 512 * MIB,
      keepFree: 0,
      ...(more.cpuMs === undefined ? {} : { cpuMs: more.cpuMs }),
    });
  const dumpOf = (bytes: Buffer, format: ArtefactFormat) => ({
    format,
    size: bytes.length,
    open: () => Promise.resolve(Readable.from([bytes], { objectMode: false })),
  });

  /** The header of a compressed dump (makedumpfile's diskdump_mod.h) with any numbers in it. */
  const header = fc
    .tuple(
      fc.array(fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 4_096, 0x7f_ff_ff_ff)), {
        minLength: 20,
        maxLength: 20,
      }),
      fc.nat(60_000),
    )
    .map(([numbers, behind]) => {
      const bytes = Buffer.alloc(8_192 + behind);
      bytes.write('KDUMP   ', 0, 'latin1');
      bytes.writeInt32LE(6, 8);
      bytes.write('Linux', 12, 'latin1');
      numbers.forEach((number, i) => bytes.writeInt32LE(number, 404 + 4 * i));
      randomBytes(behind).copy(bytes, 8_192);
      return bytes;
    });
  const elf = fc.uint8Array({ minLength: 60, maxLength: 5_000 }).map((any) => {
    const ident = Buffer.from('7f454c460201010000000000000000000400 3e00 01000000'.replaceAll(' ', ''), 'hex');
    return Buffer.concat([ident, Buffer.from(any)]);
  });
  const flat = (plain: Buffer) => Buffer.concat([flatHeader(), flatRecord(0, plain), flatEnd()]);

  test('it ends in time with a reason, whatever the numbers in it', async () => {
    // Some of them make it count for hours: what ends those is the bound.
    const take = await open({ cpuMs: 2_000 });
    const lie = fc.oneof(
      header.map((bytes) => dumpOf(bytes, 'kdump')),
      header.map((bytes) => dumpOf(flat(bytes), 'flattened')),
      elf.map((bytes) => dumpOf(bytes, 'elf')),
      fc
        .uint8Array({ maxLength: 9_000 })
        .map((any) => dumpOf(Buffer.concat([flatHeader(), Buffer.from(any)]), 'flattened')),
      fc.uint8Array({ maxLength: 9_000 }).map((any) => dumpOf(Buffer.from(any), 'kdump')),
    );
    await fc.assert(
      fc.asyncProperty(lie, async (dump) => {
        const began = clock.mono();
        const taken = await take(dump, new AbortController().signal);
        // By the processor's time or, where that is short, by the clock.
        expect(taken).toMatchObject({
          ok: false,
          reason: expect.stringMatching(/^no dmesg could be taken out of the dump: /),
        });
        expect(clock.mono() - began).toBeLessThan(30_000);
      }),
      { numRuns: 25 },
    );
  });

  test('a record that is to lie a pebibyte away fills nothing', async () => {
    const dump = Buffer.concat([flatHeader(), flatRecord(2 ** 49, Buffer.from('far away')), flatEnd()]);
    expect(await (await open())(dumpOf(dump, 'flattened'), new AbortController().signal)).toMatchObject({ ok: false });
  });

  test('a dump too large for memory lies in a file for its owner only, and is gone afterwards', async () => {
    const dir = join(openDir(), 'extract');
    const take = await open({ dir, inMemory: 0 });
    let mode = 0;
    const bytes = flat(randomBytes(100_000));
    const dump = {
      ...dumpOf(bytes, 'flattened' as const),
      open: () => {
        mode = statSync(join(dir, 'dump')).mode & 0o777;
        return Promise.resolve(Readable.from([bytes], { objectMode: false }));
      },
    };
    expect(await take(dump, new AbortController().signal)).toMatchObject({ ok: false, fault: 'dump' });
    expect([mode.toString(8), statSync(dir).mode & 0o777, existsSync(join(dir, 'dump'))]).toEqual([
      '600',
      0o700,
      false,
    ]);
  });

  test('a file that a killed agent left is gone at the next start', async () => {
    const dir = join(openDir(), 'extract');
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'dump'), 'memory of a guest');
    await open({ dir });
    expect(readdirSync(dir)).toEqual(['root']);
  });

  test('a host without makedumpfile says what to install', async () => {
    const take = await open({ program: 'no-such-makedumpfile' });
    expect(await take(dumpOf(Buffer.alloc(10), 'kdump'), new AbortController().signal)).toEqual({
      ok: false,
      fault: 'host',
      reason: 'no-such-makedumpfile is not on the host: install the package makedumpfile',
    });
  });

  test('without the right to make a sandbox, nothing is run', async () => {
    const dir = openDir();
    const proof = join(dir, 'ran');
    writeFileSync(join(dir, 'standin'), `#!/bin/sh\ntouch ${proof}\n`);
    chmodSync(join(dir, 'standin'), 0o755);
    mkdirSync(join(dir, 'root'));
    // As a user who may make no namespaces: without a capability, and in a chroot-like place where new users are refused.
    const args = ['--bounding-set=-all', '--inh-caps=-all', process.execPath, '--conditions=remnant-source', LIFE, dir];
    const said = execFileSync('setpriv', args, { encoding: 'utf8' });
    expect(JSON.parse(said)).toMatchObject({
      ok: false,
      fault: 'host',
      reason: expect.stringContaining('the sandbox for makedumpfile could not be made: unshare'),
    });
    expect(existsSync(proof)).toBe(false);
  });
});
