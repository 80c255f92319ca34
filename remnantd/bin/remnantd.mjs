#!/usr/bin/env node
// Starts the daemon: the sources in a checkout, the build in an installed package.

import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';

enableCompileCache();
const source = new URL('../src/main/remnantd.ts', import.meta.url);
const { remnantd } = await import(
  existsSync(source) ? source.href : new URL('../dist/main/remnantd.js', import.meta.url).href
);
await remnantd(process.argv);
