#!/usr/bin/env node
// The command: the build where there is one, else the sources, whose packages then resolve to sources too.

import { existsSync } from 'node:fs';
import { enableCompileCache, registerHooks } from 'node:module';

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
