// A wall clock of its own for each process of the cloud (Debian's libfaketime), which may jump. The monotonic clock stays the
// machine's, so that what happened in different processes can be put in order.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/** The wall clocks of the processes of a cloud. */
export class CloudWall {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What stands before the command line of process `name`, so that it has a clock of its own. */
  before(name: string): readonly string[] {
    return [
      '/usr/bin/env',
      `LD_PRELOAD=${LIBRARY}`,
      `FAKETIME_TIMESTAMP_FILE=${this.#file(name)}`,
      // It looks into the file once a second.
      'FAKETIME_CACHE_DURATION=1',
      'FAKETIME_DONT_FAKE_MONOTONIC=1',
      'NO_FAKE_STAT=1',
    ];
  }

  /** From now on the wall clock of `name` is so many seconds wrong. */
  set(name: string, seconds: number): void {
    const file = this.#file(name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }

  #file(name: string): string {
    return join(this.#folder, name, 'wall');
  }
}
