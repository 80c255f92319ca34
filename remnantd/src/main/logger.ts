// The log: a JSON object a line on standard output, written before the call returns, so that last words are not lost.

import { pino } from 'pino';
import type { RequestLine } from '../http/request-line.ts';

/** Writes a line: facts as keys of its object, and a text. */
interface Write {
  (facts: object, text: string): void;
  (text: string): void;
}

/** The log, as the rest of main/ uses it. */
export type Log = Record<'debug' | 'info' | 'warn' | 'error' | 'fatal', Write>;

/** Opens the log; what is less than `level` is left out. */
export function openLog(level: string): Log {
  return pino({ base: null, level, timestamp: pino.stdTimeFunctions.isoTime });
}

/** Writes a request's line; those of probes only where somebody looks for everything. */
export function logRequest(log: Log, { probe, ...line }: RequestLine): void {
  log[probe ? 'debug' : 'info'](line, 'request');
}
