// Holds every number and layout of the libvirt driver against the protocol files and headers of the libvirt that is
// installed, taken from Debian's source package.

import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import * as constants from '../../src/drivers/libvirt/constants.ts';
import {
  errorCodec,
  lifecycleEvent,
  monitorEvent,
  PROCEDURES,
  QEMU_PROCEDURES,
  READ_STREAMS,
  rebootEvent,
} from '../../src/drivers/libvirt/procedures.ts';
import { ProtocolFile } from './libvirt-protocol-file.ts';

const here = import.meta.dirname;
let file: ProtocolFile;

beforeAll(async () => {
  const out = join(here, '../../../var/lab/libvirt-source');
  const { stdout } = await promisify(execFile)('bash', [join(here, 'libvirt-source.sh'), out]);
  const folder = stdout.trim();
  const texts = (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8'));
  file = new ProtocolFile((await Promise.all(texts)).join('\n'));
});

describe('a procedure has the number, arguments and result of the protocol file', () => {
  const rows = [...Object.values(PROCEDURES), ...Object.values(READ_STREAMS)];
  test.each(rows)('$name', ({ name, number, args, ret, ...more }) => {
    const struct = `remote_${name.toLowerCase()}`;
    expect(number).toBe(file.constant(`REMOTE_PROC_${name}`));
    expect('stream' in more).toBe(file.isReadStream(`REMOTE_PROC_${name}`));
    expect(args.layout).toBe(file.struct(`${struct}_args`));
    expect(ret.layout).toBe(file.struct(`${struct}_ret`));
  });
});

describe('a procedure of the QEMU program, too', () => {
  test.each(Object.values(QEMU_PROCEDURES))('$name', ({ program, name, number, args, ret }) => {
    const struct = `qemu_${name.toLowerCase()}`;
    expect(program).toBe(file.constant('QEMU_PROGRAM'));
    expect(number).toBe(file.constant(`QEMU_PROC_${name}`));
    expect(args.layout).toBe(file.struct(`${struct}_args`));
    expect(ret.layout).toBe(file.struct(`${struct}_ret`));
  });

  test('and its event', () => {
    expect(monitorEvent.number).toBe(file.constant(`QEMU_PROC_${monitorEvent.name}`));
    expect(monitorEvent.message.layout).toBe(file.struct(`qemu_${monitorEvent.name.toLowerCase()}_msg`));
  });
});

test.each([lifecycleEvent, rebootEvent])('event $name has the number and the message of the protocol file', (event) => {
  expect(event.number).toBe(file.constant(`REMOTE_PROC_${event.name}`));
  expect(event.message.layout).toBe(file.struct(`remote_${event.name.toLowerCase()}_msg`));
});

test('a packet and an error are laid out as they should be', () => {
  expect(file.struct('virNetMessageHeader')).toBe(
    '{prog unsigned int, vers unsigned int, proc int, type int, serial unsigned int, status int}',
  );
  expect(errorCodec.layout).toBe(file.struct('virNetMessageError'));
});

const named = Object.values(constants).flatMap((group) => Object.entries(group));
test.each(named)('%s is %i', (name, value) => {
  expect(value).toBe(file.constant(name));
});
