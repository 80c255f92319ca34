// The versions of Node the daemon is measured on: the one that runs this, and the next, from its npm package, unpacked below
// var/bench without running anything of it.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SCRATCH } from './daemon.ts';

const NEXT = '26.10.0';

/** A node to measure on. */
export interface MeasuredNode {
  /** e.g. `node24`. */
  readonly name: string;
  readonly path: string;
}

/** This node. */
export function thisNode(): MeasuredNode {
  return { name: `node${process.versions.node.split('.')[0]}`, path: process.execPath };
}

/** The next one; an Error's message when it cannot be had here. */
export function nextNode(): MeasuredNode | string {
  const dir = join(SCRATCH, 'node26');
  const name = `node-${process.platform}-${process.arch}`;
  const path = join(dir, 'node_modules', name, 'bin/node');
  try {
    if (!existsSync(path)) {
      const options = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
      execFileSync('npm', ['install', ...options, '--prefix', dir, `${name}@${NEXT}`], { stdio: 'ignore' });
    }
    execFileSync(path, ['--eval', "require('better-sqlite3')(':memory:').close()"], { cwd: import.meta.dirname });
    return { name: 'node26', path };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
