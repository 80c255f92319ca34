// A program of the host that is missing, or that fails, is a fault that says so.

import { expect, it } from 'vitest';
import { DriverFault } from '../driver.ts';
import { runHostProgram } from './host-program.ts';

const SHELL = { name: 'sh', package: 'dash' };

it('runs one to its end', async () => {
  await expect(runHostProgram(SHELL, ['-c', 'exit 0'])).resolves.toBeUndefined();
});

it.each([
  [
    { name: 'no-such-program', package: 'its-package' },
    [],
    'no-such-program is missing on this host: install the package its-package',
  ],
  [SHELL, ['-c', 'echo no room >&2; exit 1'], 'sh failed: no room'],
  [SHELL, ['-c', 'exit 3'], 'sh failed: Command failed: sh -c exit 3'],
])('%j %j: %s', async (program, args, message) => {
  const thrown: unknown = await runHostProgram(program, args).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(DriverFault);
  expect(thrown).toMatchObject({
    code: 'failed',
    novaClass: 'ProcessExecutionError',
    message: expect.stringContaining(message),
  });
});
