// Holds every number and layout of the libvirt driver against the protocol files and headers of the libvirt that is
// installed, taken from Debian's source package.

import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import * as constants from '../../src/drivers/libvirt/constants.ts';
import { errorCodec, lifecycleEvent, PROCEDURES, rebootEvent } from '../../src/drivers/libvirt/procedures.ts';
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
  test.each(Object.values(PROCEDURES))('$name', ({ name, number, args, ret }) => {
    const struct = `remote_${name.toLowerCase()}`;
    expect(number).toBe(file.constant(`REMOTE_PROC_${name}`));
    expect(args.layout).toBe(file.struct(`${struct}_args`));
    expect(ret.layout).toBe(file.struct(`${struct}_ret`));
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
