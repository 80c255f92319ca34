// Connections to PostgreSQL as kysely takes them, with a bound for everything that is asked of them: whoever asks has an answer
// or DatabaseAway in time, however the server is gone. A connection that was late is never used again.

import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { PoolClient, PoolConfig, QueryResult } from 'pg';
import { Pool } from 'pg';
import { DatabaseAway } from '../../../model/database-away.ts';
import { PatternTooSlow } from '../../pattern-too-slow.ts';
import { awayFor, codeOf, endsConnection, hasPattern, meaningOf } from './error-kind.ts';
import { StatementNames } from './statement-names.ts';

/** How long things may take, ms. */
export interface PoolBounds {
  /** Until there is a connection. */
  readonly connectMs: number;
  /** From asking for a connection to the answer of one statement outside of a transaction; null: as long as it takes. */
  readonly answerMs: number | null;
  /** A transaction, from its first statement to its commit; null: as long as it takes. */
  readonly transactionMs: number | null;
}

/** What hears how it goes. */
export interface PoolNews {
  worked(): void;
  failed(away: DatabaseAway): void;
}

/** The least that a statement is given once there is a connection, ms. */
const LEAST_MS = 500;
/** A pattern that takes longer is too slow, ms. The server looks at its own bound only now and then while it matches one. */
const PATTERN_MS = 1_500;
/** What a prepared statement says whose tables have got other columns. */
const CHANGED_PLAN = '0A000';
const DIVIDED_BY_ZERO = '22012';
const ROLLED_BACK: PostgresQueryResult<never> = { command: 'ROLLBACK', rowCount: 0, rows: [] };

/** Opens a pool; it connects when it is asked to. `mono` reads milliseconds on a clock that only runs forward. */
export function boundedPool(config: PoolConfig, bounds: PoolBounds, news: PoolNews, mono: () => number): PostgresPool {
  const pool = new Pool({ ...config, connectionTimeoutMillis: bounds.connectMs, keepAlive: true });
  // A connection that ends while nobody uses it is made anew when it is needed.
  pool.on('error', () => {});
  // One that ends in use says so to the statement that runs, and here, where nobody must hear it.
  pool.on('connect', (client) => client.on('error', () => {}));
  const names = new StatementNames();
  let ended = false;
  return {
    options: {},
    connect: async () => {
      const began = mono();
      try {
        const client = await pool.connect();
        if (!ended) return new BoundedClient(client, names, bounds, news, mono, began);
        client.release();
        throw new DatabaseAway('it is being closed');
      } catch (error) {
        const away = awayFor(error);
        if (!ended) news.failed(away);
        throw away;
      }
    },
    end: () => {
      ended = true;
      return pool.end();
    },
  };
}

class BoundedClient implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #names: StatementNames;
  readonly #bounds: PoolBounds;
  readonly #news: PoolNews;
  readonly #mono: () => number;
  readonly #asked: number;
  #began: number | null = null;
  #broken = false;

  constructor(
    client: PoolClient,
    names: StatementNames,
    bounds: PoolBounds,
    news: PoolNews,
    mono: () => number,
    asked: number,
  ) {
    this.#client = client;
    this.#names = names;
    this.#bounds = bounds;
    this.#news = news;
    this.#mono = mono;
    this.#asked = asked;
  }

  query<R>(statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: { read(rows: number): Promise<R[]>; close(): Promise<void> }): never;
  query<R>(statement: unknown, parameters: readonly unknown[] = []): Promise<PostgresQueryResult<R>> {
    if (typeof statement !== 'string') throw new TypeError('cursors are not known here');
    if (statement === 'rollback') return this.#rollback<R>();
    if (statement === 'commit') return this.#commit<R>();
    if (statement.startsWith('start transaction')) this.#began = this.#mono();
    return this.#run<R>(statement, parameters);
  }

  release(): void {
    this.#client.release(this.#broken);
  }

  async #run<R>(statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    try {
      if (this.#broken) throw new DatabaseAway('the connection was lost');
      const result = await this.#ask(statement, parameters);
      this.#news.worked();
      // Several statements at a time give several results: the last one counts.
      const last = (Array.isArray(result) ? result.at(-1) : result) as QueryResult;
      return last as unknown as PostgresQueryResult<R>;
    } catch (error) {
      if (endsConnection(error)) this.#broken = true;
      const meaning = meaningOf(error, statement);
      if (meaning instanceof DatabaseAway) this.#news.failed(meaning);
      throw meaning;
    }
  }

  async #ask(statement: string, parameters: readonly unknown[]): Promise<QueryResult> {
    const values = [...parameters];
    const patient = hasPattern(statement) ? PATTERN_MS : Infinity;
    const plain = () => this.#inTime(() => this.#client.query(statement, values), patient);
    // Within a transaction a plan that does not fit any more would end it.
    const name = this.#began === null && values.length > 0 ? this.#names.of(statement) : null;
    if (name === null) return plain();
    try {
      return await this.#inTime(() => this.#client.query({ name, text: statement, values }));
    } catch (error) {
      if (codeOf(error) !== CHANGED_PLAN) throw error;
      this.#names.forget();
      return plain();
    }
  }

  /** A transaction that is over its bound is not committed: by our clock, and by the server's, should the commit have been held up on its way. */
  async #commit<R>(): Promise<PostgresQueryResult<R>> {
    const { transactionMs } = this.#bounds;
    if (transactionMs === null || this.#began === null) return this.#run<R>('commit', []);
    if (this.#leftMs() === 0) throw new DatabaseAway(`a transaction took longer than ${transactionMs} ms`);
    try {
      return await this.#run<R>(`${inTimeOnly(transactionMs)}; commit`, []);
    } catch (error) {
      throw codeOf(error) === DIVIDED_BY_ZERO
        ? new DatabaseAway(`a transaction took longer than ${transactionMs} ms`, error)
        : error;
    }
  }

  /** Never throws: what made it necessary is what is told. */
  async #rollback<R>(): Promise<PostgresQueryResult<R>> {
    this.#began = null;
    if (!this.#broken) {
      await this.#within(LEAST_MS, this.#client.query('rollback')).catch(() => {
        this.#broken = true;
      });
    }
    return ROLLED_BACK;
  }

  #leftMs(): number | null {
    const { answerMs, transactionMs } = this.#bounds;
    if (this.#began !== null && transactionMs !== null) {
      return Math.max(0, this.#began + transactionMs - this.#mono());
    }
    return answerMs === null ? null : Math.max(LEAST_MS, this.#asked + answerMs - this.#mono());
  }

  #inTime<T>(ask: () => Promise<T>, patientMs = Infinity): Promise<T> {
    const leftMs = this.#leftMs();
    if (leftMs === null) return ask();
    if (patientMs < leftMs) return this.#within(patientMs, ask(), () => new PatternTooSlow());
    if (leftMs === 0) throw new DatabaseAway(`a transaction took longer than ${this.#bounds.transactionMs} ms`);
    return this.#within(leftMs, ask());
  }

  #within<T>(
    ms: number,
    answer: Promise<T>,
    late: () => Error = () => new DatabaseAway('it does not answer in time'),
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      // One more turn: the answer may be here, and only this process have been busy.
      const timer = setTimeout(() => setImmediate(() => reject(late())), ms);
      answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

/** Fails on the server when its transaction is older than `ms`: the commit behind it is then not run. */
function inTimeOnly(ms: number): string {
  return `select 1 / (case when clock_timestamp() - transaction_timestamp() < interval '${ms} ms' then 1 else 0 end)`;
}
