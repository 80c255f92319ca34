import { afterEach, expect, test, vi } from 'vitest';
import { EXIT } from '../exit.ts';
import { DEFAULT_CRASHKERNEL } from '../guest-setup/guest-options.ts';
import { renderGuestSetup } from '../guest-setup/render-guest-setup.ts';
import { main } from '../main.ts';

/** Runs the command line in this process; no cloud is named anywhere. */
async function remnant(...words: string[]) {
  let out = '';
  let err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
  const code = await main(['node', 'remnant', 'guest-setup', ...words]);
  return { code, out, err };
}
afterEach(() => vi.restoreAllMocks());

test('without options it prints user data for the port, and asks no cloud', async () => {
  const text = renderGuestSetup({ target: { kind: 'port' }, crashkernel: DEFAULT_CRASHKERNEL }, 'cloud-config');
  expect(await remnant()).toEqual({ code: EXIT.done, out: text, err: '' });
});

test('each option is in what it prints', async () => {
  const { out } = await remnant('--target', 'nfs=nas:/srv', '--crashkernel', '256M', '--format', 'script');
  expect(out).toMatch(/^#!\/bin\/sh\n/);
  expect(out).toContain("nfs='nas:/srv'");
  expect(out).toContain("crashkernel='256M'");
});

test('--json has the text beside what was chosen', async () => {
  const { code, out } = await remnant('--json', '--target', 'disk');
  expect(code).toBe(EXIT.done);
  expect(JSON.parse(out)).toEqual({
    target: 'disk',
    crashkernel: DEFAULT_CRASHKERNEL,
    format: 'cloud-config',
    text: expect.stringMatching(/^#cloud-config\n/) as string,
  });
});

test.each([
  [['--target', 'tape'], 'port, disk or nfs=SERVER:/PATH is wanted'],
  [['--target', 'nfs=nas:/a b'], 'after nfs= comes SERVER:/PATH'],
  [['--crashkernel', '64M'], 'less than 80M'],
  [['--format', 'yaml'], 'cloud-config, script'],
  [['now'], 'too many arguments'],
])('%j is refused in words, and nothing is printed', async (words, message) => {
  const { code, out, err } = await remnant(...words);
  expect(code).not.toBe(EXIT.done);
  expect(out).toBe('');
  expect(err).toContain(message);
});
