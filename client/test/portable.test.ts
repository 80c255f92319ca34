import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test('the client knows nothing of Node: it compiles with what a browser has, and imports no package', async () => {
  const options = '--ignoreConfig --noEmit --strict --target es2024 --module esnext --moduleResolution bundler'.split(
    ' ',
  );
  const kinds = ['--lib', 'es2024,dom,dom.iterable,dom.asynciterable', '--types', ''];
  const files = ['--allowImportingTsExtensions', '--listFilesOnly', join(root, 'client/src/client.ts')];
  const tsc = join(root, 'node_modules/.bin/tsc');
  const compiled = await promisify(execFile)(tsc, [
    ...options,
    ...kinds,
    ...files.filter((one) => !one.includes('list')),
  ]);
  expect(compiled.stdout).toBe('');
  const { stdout } = await promisify(execFile)(tsc, [...options, ...kinds, ...files]);
  const taken = stdout.split('\n').filter((path) => path !== '' && !/[/\\]lib\.[\w.]+\.d\.ts$/.test(path));
  expect(taken.length).toBeGreaterThan(8);
  expect(taken.filter((path) => !path.includes('/client/src/'))).toEqual([]);
});
