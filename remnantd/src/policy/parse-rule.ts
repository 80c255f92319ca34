// Reads the oslo.policy rule language: `role:x`, `rule:name`, `attribute:%(key)s`, `is_admin:True`, `@`, `!`,
// `not` before `and` before `or`, parentheses, and the old list of lists (outer "or", inner "and").
// Where oslo.policy logs a rule it cannot read and denies, this refuses it, with the column.

import { floatRepr } from '../lib/python-repr.ts';
import type { Check, Left } from './check.ts';
import { parseTemplate, type Template } from './template.ts';

/** A rule as people write it: text, or the old list of lists. */
export type RuleText = string | readonly (string | readonly string[])[];

/** A rule that cannot be read. `column` counts characters from 1; 0 for a rule written as a list. */
export class PolicySyntaxError extends Error {
  override readonly name = 'PolicySyntaxError';
  readonly column: number;
  readonly reason: string;

  constructor(reason: string, column: number) {
    super(column > 0 ? `column ${column}: ${reason}` : reason);
    this.reason = reason;
    this.column = column;
  }
}

/** Reads one rule. The empty rule allows. Throws `PolicySyntaxError`. */
export function parseRule(rule: RuleText): Check {
  if (typeof rule !== 'string') return parseLists(rule);
  return rule === '' ? { kind: 'allow' } : parseTokens(tokens(rule), rule.length + 1);
}

type Word = 'and' | 'or' | 'not' | '(' | ')' | 'check';
type Token = { readonly word: Word; readonly text: string; readonly column: number };

/** Parentheses count only at the ends of a word, because `%(key)s` has its own. */
function tokens(rule: string): Token[] {
  return Array.from(rule.matchAll(/\S+/g)).flatMap((match) => {
    const [word] = match;
    const open = /^\(*/.exec(word)?.[0] ?? '';
    const end = open.length + bodyLength(word.slice(open.length));
    const body = word.slice(open.length, end);
    const close = word.slice(end);
    const start = match.index + 1;
    const middle = start + open.length;
    return [
      ...Array.from(open, (text, n) => ({ word: '(' as const, text, column: start + n })),
      ...(body === '' ? [] : [{ word: wordOf(body), text: body, column: middle }]),
      ...Array.from(close, (text, n) => ({ word: ')' as const, text, column: middle + body.length + n })),
    ];
  });
}

/** How long a word is without the closing parentheses at its end; a regular expression would take quadratic time. */
function bodyLength(word: string): number {
  let length = word.length;
  while (word[length - 1] === ')') length -= 1;
  return length;
}

function wordOf(body: string): Word {
  const lower = body.toLowerCase();
  return lower === 'and' || lower === 'or' || lower === 'not' ? lower : 'check';
}

const DEEPEST = 200;

function parseTokens(all: readonly Token[], end: number): Check {
  let at = 0;
  let depth = 0;

  const peek = () => all[at]?.word;
  const fail = (wanted: string): never => {
    const token = all[at];
    const found = token === undefined ? 'the rule ends' : `there is "${token.text}"`;
    throw new PolicySyntaxError(`${wanted} is expected, but ${found}`, token?.column ?? end);
  };
  const joined = (word: 'and' | 'or', operand: () => Check): Check => {
    const checks = [operand()];
    while (peek() === word) {
      at += 1;
      checks.push(operand());
    }
    const [only] = checks;
    return only !== undefined && checks.length === 1 ? only : { kind: word, checks };
  };
  const anyOf = (): Check => joined('or', allOf);
  const allOf = (): Check => joined('and', single);
  const single = (): Check => {
    const token = all[at];
    if (token === undefined || token.word === ')' || token.word === 'and' || token.word === 'or')
      return fail('a check');
    at += 1;
    if (token.word === 'check') return parseCheck(token.text, token.column);
    depth += 1;
    if (depth > DEEPEST) throw new PolicySyntaxError(`nested deeper than ${DEEPEST}`, token.column);
    const inner = token.word === 'not' ? single() : anyOf();
    depth -= 1;
    if (token.word === 'not') return { kind: 'not', check: inner };
    if (peek() !== ')') fail('")"');
    at += 1;
    return inner;
  };

  const check = anyOf();
  if (at < all.length) fail('"and", "or" or the end');
  return check;
}

function parseLists(rule: readonly (string | readonly string[])[]): Check {
  if (rule.length === 0) return { kind: 'allow' };
  const checks = rule
    .map((inner) => (typeof inner === 'string' ? [inner] : inner))
    .filter((inner) => inner.length > 0)
    .map((inner) => join('and', inner.map(listedCheck)));
  return checks.length === 0 ? { kind: 'deny' } : join('or', checks);
}

/** oslo.policy takes `role:a or role:b` in a list for the role of that name, which nobody has: nobody means that. */
function listedCheck(text: string): Check {
  if (/\s/.test(text))
    throw new PolicySyntaxError(`"${text}" is not one check: what stands in a list holds no spaces`, 0);
  return parseCheck(text, 0);
}

function join(kind: 'and' | 'or', checks: readonly Check[]): Check {
  const [only] = checks;
  return only !== undefined && checks.length === 1 ? only : { kind, checks };
}

function parseCheck(text: string, column: number): Check {
  if (text === '@') return { kind: 'allow' };
  if (text === '!') return { kind: 'deny' };
  if (/^(["']).*\1$/.test(text)) throw new PolicySyntaxError(`${text} is a text, not a check`, column);
  const colon = text.indexOf(':');
  if (colon <= 0) throw new PolicySyntaxError(`"${text}" is not a check such as role:admin`, column);
  const left = text.slice(0, colon);
  const right = text.slice(colon + 1);
  const after = column === 0 ? 0 : column + colon + 1;
  switch (left) {
    case 'rule':
      return { kind: 'rule', name: right };
    case 'role':
      return { kind: 'role', role: templateOf(right, after) };
    case 'is_admin':
      return { kind: 'isAdmin', expected: right.toLowerCase() === 'true' };
    case 'http':
    case 'https':
      throw new PolicySyntaxError(`${left}: checks ask another server and are not supported`, column);
    default:
      return { kind: 'attribute', left: leftOf(left, column), right: templateOf(right, after) };
  }
}

function templateOf(text: string, column: number): Template {
  const template = parseTemplate(text);
  if (!('wrongAt' in template)) return template;
  const at = column === 0 ? 0 : column + template.wrongAt;
  throw new PolicySyntaxError('after "%" only "(key)s" or another "%" makes sense', at);
}

/** Python literals are compared as they are; everything else names an attribute of the credentials. */
function leftOf(text: string, column: number): Left {
  const value = literalOf(text);
  if (value !== null) return { kind: 'literal', text, value };
  if (/[()'"]/.test(text)) throw new PolicySyntaxError(`${text} is neither an attribute nor a literal`, column);
  return { kind: 'path', text, path: text.split('.') };
}

function literalOf(text: string): string | null {
  if (text === 'None' || text === 'True' || text === 'False') return text;
  const quoted = /^(["'])([^\\]*)\1$/.exec(text);
  if (quoted !== null && !(quoted[2] ?? '').includes(quoted[1] ?? '')) return quoted[2] ?? '';
  if (/^-?(0+|[1-9]\d*)$/.test(text)) return BigInt(text).toString();
  return /^-?\d+\.\d+$/.test(text) ? floatRepr(Number(text)) : null;
}
