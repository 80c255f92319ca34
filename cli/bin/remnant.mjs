#!/usr/bin/env node
// The command: the build where there is one, else the sources, whose packages then resolve to sources too.

import { existsSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `remnant: Node 24.15 or newer is needed, this is ${process.versions.node}; in a checkout, use .tools/bin/node (make node_modules)\n`,
  );
  process.exit(1);
}
// Not above: an older Node would end there, with words about a name that this module has not.
const { enableCompileCache, registerHooks } = await import('node:module');
enableCompileCache();
const built = new URL('../dist/main.js', import.meta.url);
const fromSources = !existsSync(built);
if (fromSources) {
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: [...context.conditions, 'remnant-source'] }),
  });
}
const { main } = await import(fromSources ? new URL('../src/main.ts', import.meta.url).href : built.href);
process.exitCode = await main(process.argv);
