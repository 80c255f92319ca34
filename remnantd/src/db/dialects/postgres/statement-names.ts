// Names of prepared statements: the server parses and plans a statement that has one once a connection. Those that are asked
// again and again have one; what is written anew for each request stays without, and so does what a stranger's pattern is in.

import { hasPattern } from './error-kind.ts';

/** How many statements of one pool have names: more are not asked often. */
const MOST = 200;

/** The names of one pool. */
export class StatementNames {
  readonly #names = new Map<string, string>();
  #generation = 0;

  /** The name of `statement`; null for one without. */
  of(statement: string): string | null {
    const known = this.#names.get(statement);
    if (known !== undefined) return known;
    if (this.#names.size === MOST || hasPattern(statement)) return null;
    const name = `s${this.#generation}_${this.#names.size}`;
    this.#names.set(statement, name);
    return name;
  }

  /** Tables have changed: what was prepared before is not to be used any more. */
  forget(): void {
    this.#generation += 1;
    this.#names.clear();
  }
}
