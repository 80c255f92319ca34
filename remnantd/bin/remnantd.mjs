#!/usr/bin/env -S node --max-semi-space-size=8
// Starts the daemon: the sources in a checkout, the build in an installed package. Node would let the space of its youngest
// objects grow until big lists cost twice the memory and no less time; only the command line can say otherwise.

import { existsSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const beside = (path) => new URL(`../${path}`, import.meta.url);
// Never in a folder that others may write to, as node's own choice is: what lies in it is run.
enableCompileCache(process.env.NODE_COMPILE_CACHE ?? fileURLToPath(beside('.compile-cache')));
const source = beside('src/main/remnantd.ts');
const { remnantd } = await import(existsSync(source) ? source.href : beside('dist/main/remnantd.js').href);
await remnantd(process.argv);
// Now, not at the end: a daemon that is killed has compiled for the next one too.
flushCompileCache();
