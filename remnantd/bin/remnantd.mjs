#!/usr/bin/env -S node --max-semi-space-size=8
// Starts the daemon: the sources in a checkout, the build in an installed package. Node would let the space of its youngest
// objects grow until big lists cost twice the memory and no less time; only the command line can say otherwise.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `remnantd: Node 24.15 or newer is needed, this is ${process.versions.node}; in a checkout, use .tools/bin/node (make node_modules)\n`,
  );
  process.exit(1);
}
// Not above: an older Node would end there, with words about a name that this module has not.
const { enableCompileCache, flushCompileCache } = await import('node:module');
const { setFlagsFromString } = await import('node:v8');
const beside = (path) => new URL(`../${path}`, import.meta.url);
// Never in a folder that others may write to, as node's own choice is: what lies in it is run.
enableCompileCache(process.env.NODE_COMPILE_CACHE ?? fileURLToPath(beside('.compile-cache')));
const source = beside('src/main/remnantd.ts');
const { remnantd } = await import(existsSync(source) ? source.href : beside('dist/main/remnantd.js').href);
// By so much, per cent, may the heap grow from one full collection to the next. Left to itself it grows to more than twice what is
// in use, and what it took it hardly gives back. Not by the first line: loading is all growth, and would be collected for nothing.
setFlagsFromString('--heap-growing-percent=70');
await remnantd(process.argv);
// Now, not at the end: a daemon that is killed has compiled for the next one too.
flushCompileCache();
