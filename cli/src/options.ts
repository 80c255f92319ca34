// Options and arguments that several commands take.

import { InvalidArgumentError, Option } from 'commander';

/** A positive number of seconds. */
export function secondsOf(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1e7)) throw new InvalidArgumentError('a number of seconds is wanted.');
  return value;
}

/** A whole number from 1 on. */
export function countOf(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a number from 1 on is wanted.');
  return value;
}

/** A whole number from 0 on. */
export function numberOf(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('a number from 0 on is wanted.');
  }
  return value;
}

/** Collects KEY=VALUE. */
export function pairOf(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('KEY=VALUE is wanted.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Collects the values of an option that may be repeated. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** `--wait`. */
export function waitOption(what: string): Option {
  return new Option('--wait', what);
}

/** `--wait-timeout`. */
export function waitTimeoutOption(): Option {
  return new Option('--wait-timeout <seconds>', 'how long --wait waits').argParser(secondsOf).default(300);
}

/** What those two give. */
export interface WaitOptions {
  readonly wait?: boolean;
  readonly waitTimeout: number;
}
