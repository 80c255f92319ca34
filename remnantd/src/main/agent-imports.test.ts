// What `remnantd agent` loads: everything that its command reaches by an import that is there at run time. A host has no database
// and no API, whoever adds an import where. And what an API process leaves for later.

import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '..');
const LATER = /\bimport\('(\.[^']+)'\)/g;
const STATIC = /^[ \t]*(?:import|export)\s(?!type\b)[^'"`;(]*?\bfrom\s*'([^']+)'|^[ \t]*import\s*'([^']+)'/gm;
/** Of the rooms an agent has no business in, the one file that it may load. */
const LOCK = 'db/dialects/sqlite/take-alone.ts';
const CLOSED = ['db', 'api', 'app', 'access', 'http', 'dispatch', 'dumps', 'liveness'];

/** Where a command is chosen: what another command loads is not what this one does. */
const COMMANDS = new Set(['main/remnantd.ts', 'main/enrollment-command-line.ts']);

/** Every file of ours that loading `entry` loads, at once or, but for `atOnce`, when it is needed, and every package. */
function loadedBy(entry: string, atOnce = false): Set<string> {
  const loaded = new Set<string>();
  const load = (path: string) => {
    const name = relative(SRC, path);
    if (loaded.has(name)) return;
    loaded.add(name);
    const text = readFileSync(path, 'utf8');
    const later = atOnce || COMMANDS.has(name) ? [] : [...text.matchAll(LATER)];
    for (const [, specifier = ''] of later) load(join(dirname(path), specifier));
    for (const [, from, bare] of text.matchAll(STATIC)) {
      const specifier = from ?? bare ?? '';
      if (specifier.startsWith('.')) load(join(dirname(path), specifier));
      else loaded.add(specifier);
    }
  };
  load(join(SRC, entry));
  return loaded;
}

test.each(['main/run-agent.ts', 'main/remnantd.ts'])('%s loads no database and no API', (entry) => {
  const loaded = loadedBy(entry);
  const wrong = [...loaded].filter((name) => CLOSED.some((room) => name.startsWith(`${room}/`)) && name !== LOCK);
  expect(wrong).toEqual([]);
  for (const name of ['kysely', 'pg', 'fastify']) expect(loaded).not.toContain(name);
});

test('it is looked deep enough: an agent loads its drivers and its bus, an API process its database', () => {
  const agent = loadedBy('main/run-agent.ts');
  for (const name of ['agent/agent.ts', 'adapters/nats-bus/nats-bus.ts', LOCK, 'better-sqlite3']) {
    expect(agent).toContain(name);
  }
  const serve = loadedBy('main/serve.ts');
  for (const name of ['db/store.ts', 'api/operations.ts', 'http/server.ts', 'pg']) expect(serve).toContain(name);
});

test('an API process starts without what it may not need: what speaks NATS, and PostgreSQL', () => {
  const loaded = loadedBy('main/serve.ts', true);
  for (const name of ['pg', '@nats-io/transport-node', '@nats-io/nkeys']) expect(loaded).not.toContain(name);
  expect(loaded).toContain('db/store.ts');
});
