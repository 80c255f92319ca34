// Builds what is installed (plain JavaScript in each package's dist) and starts it once: an import that only works in a
// checkout is found here, not by whoever installs a package.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TSC = 'node_modules/typescript/bin/tsc';
const PACKAGES = ['client', 'cli', 'remnantd'];

/** Runs node with `args`; throws with its output unless it ends with 0. */
function node(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** Runs the exported function `name` of a built module as its command line would. */
function start(module: string, name: string, ...words: string[]): string {
  const code = `const { ${name} } = await import(${JSON.stringify(join(process.cwd(), module))}); await ${name}(process.argv);`;
  return node('--input-type=module', '--eval', code, '--', name, ...words);
}

const dir = mkdtempSync(join(tmpdir(), 'remnant-build-'));
try {
  for (const name of PACKAGES) {
    rmSync(join(name, 'dist'), { recursive: true, force: true });
    node(TSC, '-p', join(name, 'tsconfig.build.json'));
  }
  const config = join(dir, 'remnant.yaml');
  writeFileSync(config, `state_dir: ${dir}\n`);
  const checked = start('remnantd/dist/main/remnantd.js', 'remnantd', 'config', 'check', '--config', config);
  if (!checked.includes('fine')) throw new Error(`the built daemon said: ${checked}`);
  process.stdout.write(`build: ${PACKAGES.join(', ')}\n`);
} finally {
  rmSync(dir, { recursive: true, force: true });
  for (const name of PACKAGES) rmSync(join(name, 'dist'), { recursive: true, force: true });
}
