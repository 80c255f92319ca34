// What an error of PostgreSQL, or of the connection to it, means for whoever asked.

import { DatabaseError } from 'pg';
import { DatabaseAway } from '../../../model/database-away.ts';
import { PatternTooSlow } from '../../pattern-too-slow.ts';

/** Errors of a transaction that lost against another one: the same again may win. */
const LOST: ReadonlySet<string> = new Set(['40001', '40P01']);
/** A row of that key is there. Work that looked first and found none has lost as well: at its next look it finds it. */
const TAKEN = '23505';
/** Beside whole classes: over a bound, stopped, starting, or not to be written to any more (after a switch to another server). */
const AWAY: ReadonlySet<string> = new Set(['57014', '57P01', '57P02', '57P03', '57P05', '55P03', '25006', '25P03']);
/** Connection, resources (no connection free, no memory, disk full), errors of its system. */
const AWAY_CLASSES: ReadonlySet<string> = new Set(['08', '53', '58']);
const BAD_PATTERN = '2201B';
const CANCELLED = '57014';
/** What pg and its pool say of a connection that is no use any more; these errors have no code. */
const CONNECTION = /^(?:Connection terminated|Client has encountered|Client was closed|timeout exceeded)/;

/** The SQLSTATE of an error; empty when it has none. */
export function codeOf(error: unknown): string {
  return error instanceof DatabaseError ? (error.code ?? '') : '';
}

/** True for what matches a stranger's pattern: nothing else is written with this word. */
export function hasPattern(statement: string): boolean {
  return statement.includes(' ~ ');
}

/** True for a transaction that lost and may be done again. */
export function isLost(error: unknown): boolean {
  return LOST.has(codeOf(error));
}

/** True for one that lost, or whose own work is wrong: done again, it tells which. */
export function mayHaveLost(error: unknown): boolean {
  return codeOf(error) === TAKEN;
}

/** True when the connection is not to be used again. */
export function endsConnection(error: unknown): boolean {
  return !(error instanceof DatabaseError) || error.severity === 'FATAL' || error.code === '25006';
}

/** What to throw for `error`, which `statement` met: DatabaseAway, PatternTooSlow, or the error itself. */
export function meaningOf(error: unknown, statement: string): unknown {
  if (error instanceof DatabaseAway) return error;
  if (error instanceof DatabaseError) {
    const code = error.code ?? '';
    if (code === BAD_PATTERN || (code === CANCELLED && hasPattern(statement))) return new PatternTooSlow();
    return AWAY.has(code) || AWAY_CLASSES.has(code.slice(0, 2)) ? awayFor(error) : error;
  }
  return isOfConnection(error) ? awayFor(error) : error;
}

/** DatabaseAway for whatever kept a connection from being made. */
export function awayFor(error: unknown): DatabaseAway {
  return error instanceof DatabaseAway ? error : new DatabaseAway(wordsOf(error), error);
}

function isOfConnection(error: unknown): boolean {
  return error instanceof Error && ('syscall' in error || CONNECTION.test(error.message));
}

function wordsOf(error: unknown): string {
  // For a name with several addresses, Node gives one error of many and no message.
  if (error instanceof AggregateError && error.errors.length > 0) return wordsOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
