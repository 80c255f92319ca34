// What is shown of a configuration: everything but secrets.

import { expect, test } from 'vitest';
import { checkConfig } from '../config/load-config.ts';
import { configText } from './config-show.ts';

test('defaults are filled in, secrets are not shown', () => {
  const config = checkConfig({ state_dir: '/s', api: { port: 99 } }, 'f');
  const secrets = { database: { url: 'postgres://remnant:hunter2@db/remnant' }, admin_password: 'hunter2' };
  const text = configText({ ...config, ...secrets });
  expect(text).toContain('state_dir: /s\n');
  expect(text).toContain('  port: 99\n');
  expect(text).toContain('  token_ttl: 3600\n');
  expect(text).toContain('url: postgres://remnant:***@db/remnant');
  expect(text).toContain('admin_password: "***"');
  expect(text).not.toContain('hunter2');
});
