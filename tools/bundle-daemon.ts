// Builds the daemon as it is installed: few large files in the place of the two thousand small ones that it is written in and made
// from, each of which Node would find, link and run by itself at every start. `node tools/bundle-daemon.ts [OUT]`, else remnantd/dist.

import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import http from 'node:http';
import { join, resolve } from 'node:path';
import type { Plugin } from 'rolldown';
import { build } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');
/** Packages that are hundreds of modules each: they go into our files, with their licences beside them. The others stay packages. */
const FOLDED = ['kysely', 'typebox'];

/** True for an import of a package that stays one. */
function staysPackage(specifier: string): boolean {
  if (/^[./\0]/.test(specifier)) return false;
  return !FOLDED.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}

const LEAN_HTTP = '\0lean-http';
/**
 * Gives `node:http` without the three names (WebSocket and its events) that an import of it looks up whether they are wanted or not,
 * for which Node loads all of its fetch: 35 ms of each start.
 */
const leanHttp: Plugin = {
  name: 'lean-http',
  resolveId: (specifier) => (specifier === 'node:http' ? LEAN_HTTP : null),
  load: (id) => {
    if (id !== LEAN_HTTP) return null;
    const values = Object.entries(Object.getOwnPropertyDescriptors(http)).filter(
      ([, { value }]) => value !== undefined,
    );
    const names = values.map(([name]) => `export const ${name} = http.${name};`);
    return ["const http = process.getBuiltinModule('node:http');", 'export default http;', ...names].join('\n');
  },
};

const dist = resolve(process.argv[2] ?? join(ROOT, 'remnantd/dist'));
rmSync(dist, { recursive: true, force: true });
await build({
  input: { 'main/remnantd': join(ROOT, 'remnantd/src/main/remnantd.ts') },
  platform: 'node',
  external: staysPackage,
  plugins: [leanHttp],
  // A name that is imported and not there is an error here, not when it is called.
  onLog: (_level, log) => {
    throw new Error(log.message);
  },
  output: {
    dir: dist,
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    // As deep as the entry: what is found relative to a file of ours is found from each of them.
    chunkFileNames: 'parts/[name].js',
  },
});
mkdirSync(join(dist, 'licences'), { recursive: true });
for (const name of FOLDED)
  copyFileSync(
    join(ROOT, 'node_modules', name, name === 'kysely' ? 'LICENSE' : 'license'),
    join(dist, 'licences', name),
  );
