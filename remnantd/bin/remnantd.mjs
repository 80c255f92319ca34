#!/usr/bin/env node
// Starts the daemon: the build where there is one, else the sources.

import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';

enableCompileCache();
const built = new URL('../dist/main/remnantd.js', import.meta.url);
const { remnantd } = await import(
  existsSync(built) ? built.href : new URL('../src/main/remnantd.ts', import.meta.url).href
);
await remnantd(process.argv);
