import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type GuestPlan, guestFiles, guestPackages } from './guest-files.ts';
import { DEFAULT_CRASHKERNEL } from './guest-options.ts';
import { GUEST_FORMATS, renderGuestSetup } from './render-guest-setup.ts';

const PORT: GuestPlan = { target: { kind: 'port' }, crashkernel: DEFAULT_CRASHKERNEL };
const PLANS: readonly GuestPlan[] = [
  PORT,
  { ...PORT, target: { kind: 'disk' } },
  { crashkernel: '256M', target: { kind: 'nfs', export: '[fd00::1]:/srv/crash' } },
];

describe.each(PLANS)('for $target.kind', (plan) => {
  it('cloud-init is given words it has, and every file as it is', () => {
    const text = renderGuestSetup(plan, 'cloud-config');
    expect(text).toMatch(/^#cloud-config\n/);
    // All of cloud-init's own schema that is used here; closed at each level.
    expect(parse(text)).toStrictEqual({
      package_update: true,
      packages: guestPackages(plan),
      write_files: guestFiles(plan).map(({ path, mode, text: content }) => ({ path, permissions: mode, content })),
      runcmd: [['/usr/local/lib/remnant/apply']],
      power_state: {
        mode: 'reboot',
        message: expect.any(String) as string,
        condition: 'test -e /run/remnant-reboot-wanted',
      },
    });
  });

  it('fits where user data must fit: 16 KiB at the strictest of clouds', () => {
    expect(Buffer.byteLength(renderGuestSetup(plan, 'cloud-config'))).toBeLessThan(16_384);
  });

  it('the script writes the very same files', () => {
    const text = renderGuestSetup(plan, 'script');
    expect(() => execFileSync('sh', ['-n', '-c', text])).not.toThrow();
    const files = [...text.matchAll(/^put (\d+) (\S+) <<'END_OF_REMNANT_FILE'\n([^]*?\n)END_OF_REMNANT_FILE$/gm)];
    expect(files.map(([, mode, path, content]) => ({ mode, path, text: content }))).toEqual(guestFiles(plan));
    expect(text).toContain(`apt-get -q -y install ${guestPackages(plan).join(' ')}\n`);
    expect(text).toMatch(/\nexec \/usr\/local\/lib\/remnant\/apply\n$/);
  });

  it.each(GUEST_FORMATS)('%s is plain text, the same each time, and says what nobody could know', (format) => {
    const text = renderGuestSetup(plan, format);
    expect(text).toMatch(/^[\n\t\u0020-\u007e]*$/);
    expect(text).toContain('Not known here:');
    expect(renderGuestSetup(plan, format)).toBe(text);
  });
});

it.each([
  [PLANS[0], 'cloud-config', 'remnant guest-setup --target port'],
  [PLANS[1], 'script', 'remnant guest-setup --target disk --format script'],
  [PLANS[2], 'cloud-config', 'remnant guest-setup --target nfs=[fd00::1]:/srv/crash --crashkernel 256M'],
] as const)('names the command that prints it', (plan, format, command) => {
  expect(renderGuestSetup(plan ?? PORT, format)).toContain(`Printed by: ${command}\n`);
});

it('the guide shows what is printed: put in what `remnant guest-setup` prints now', () => {
  const guide = readFileSync(new URL('../../../docs/guides/guest-setup.md', import.meta.url), 'utf8');
  const shown = /^```yaml\n(#cloud-config\n[^]*?)^```$/m.exec(guide)?.[1];
  expect(shown).toBe(renderGuestSetup(PORT, 'cloud-config'));
});
