// Follows a console's log as QEMU writes it: the system tells of changes, and what is new is read from the file. A log that
// starts anew, because QEMU does, is followed from its new beginning, whether it was emptied or replaced.
// Invariant: text is given in the order it was written, characters are never cut, and none is given after `stop` resolved.

import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

const pieceBytes = 65_536;

/** A console that is being followed. */
export class ConsoleFollower {
  readonly #path: string;
  readonly #onText: (text: string) => void;
  readonly #watcher: FSWatcher;
  #decoder = new StringDecoder('utf8');
  #file: FileHandle | null = null;
  #position = 0;
  /** It is open, and where to begin is known: before that a change would be taken for a log that was replaced. */
  #begun = false;
  #stopped = false;
  /** Something changed since the last look. */
  #stale = false;
  #looking: Promise<void> | null = null;

  private constructor(path: string, onText: (text: string) => void) {
    this.#path = path;
    this.#onText = onText;
    // The folder, because a log that is replaced is another file.
    this.#watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(path)) this.#changed();
    });
    this.#watcher.on('error', () => this.#changed());
  }

  /** Follows the log at `path` from its present end. Rejects with the system's error, ENOENT when there is no log. */
  static async start(path: string, onText: (text: string) => void): Promise<ConsoleFollower> {
    const follower = new ConsoleFollower(path, onText);
    try {
      follower.#file = await open(path, 'r');
      follower.#position = (await follower.#file.stat()).size;
      follower.#begun = true;
      follower.#changed();
      return follower;
    } catch (error) {
      await follower.stop();
      throw error;
    }
  }

  /** Stops following. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watcher.close();
    await this.#looking;
    await this.#file?.close();
    this.#file = null;
  }

  #changed(): void {
    this.#stale = true;
    if (!this.#begun) return;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
  }

  async #look(): Promise<void> {
    while (this.#stale && !this.#stopped) {
      this.#stale = false;
      try {
        await this.#readOn();
        await this.#followReplaced();
      } catch {
        // The log is gone, as its guest is; if another takes its place, the folder's change tells.
      }
    }
  }

  async #readOn(): Promise<void> {
    const file = this.#file;
    if (file === null) return;
    if ((await file.stat()).size < this.#position) this.#beginAnew();
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(pieceBytes), 0, pieceBytes, this.#position);
      if (this.#stopped || bytesRead === 0) return;
      this.#position += bytesRead;
      const text = this.#decoder.write(buffer.subarray(0, bytesRead));
      if (text !== '') this.#onText(text);
    }
  }

  async #followReplaced(): Promise<void> {
    const old = this.#file;
    if (old !== null && (await stat(this.#path)).ino === (await old.stat()).ino) return;
    const fresh = await open(this.#path, 'r');
    this.#file = fresh;
    this.#beginAnew();
    await old?.close();
    this.#stale = true;
  }

  #beginAnew(): void {
    this.#position = 0;
    this.#decoder = new StringDecoder('utf8');
  }
}
