// Reads one file of rules, `name: rule`, YAML or JSON: each rule with the place it was written at, and everything that is
// wrong with the file. It never throws, and nothing it cannot read becomes a rule: what YAML would quietly turn into the
// empty text, which allows everyone, is a problem here.

import type { Node, Pair, Scalar } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Check } from './check.ts';
import type { RuleText } from './parse-rule.ts';
import { PolicySyntaxError, parseRule } from './parse-rule.ts';

/** Where something stands: the file as it was named, line and column from 1; line 0 is the file as a whole. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A rule of a file. */
export interface FileRule {
  readonly name: string;
  readonly text: RuleText;
  readonly check: Check;
  readonly at: Place;
}

/** Something wrong, in words, and with which rule if it is one's own. */
export interface RuleProblem {
  readonly at: Place;
  readonly rule?: string;
  readonly reason: string;
}

/** What a file says, or what is wrong with it: with any problem, its rules are worth nothing. */
export interface RuleFile {
  readonly rules: readonly FileRule[];
  readonly problems: readonly RuleProblem[];
}

/** A problem on one line: `policy.yaml:12:9: "name": reason`. */
export function problemLine({ at, rule, reason }: RuleProblem): string {
  const place = at.line === 0 ? at.file : `${at.file}:${at.line}:${at.column}`;
  return `${place}: ${rule === undefined ? '' : `"${rule}": `}${reason}`;
}

/** Reads the `text` of the file called `file`. */
export function readRuleFile(file: string, text: string): RuleFile {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const document = parse(text, lines);
  if (typeof document === 'string') return failed({ file, line: 0, column: 0 }, `not YAML: ${document}`);
  if (document.errors.length > 0) {
    // One slip makes the parser stumble many times; the first ones tell.
    const problems = document.errors.slice(0, 5).map((error) => ({
      at: placeAt(error.pos[0]),
      reason: `not YAML: ${wordsOf(error.code, error.message)}`,
    }));
    return { rules: [], problems };
  }
  const { contents } = document;
  // Nothing but comments: nothing is overridden.
  if (contents === null || (isScalar(contents) && contents.value === null && contents.tag === undefined)) return EMPTY;
  if (!isMap<Node, Node | null>(contents))
    return failed(placeAt(startOf(contents)), 'rules are written as name: "rule"');
  return readRules(contents.items, text, placeAt);
}

const EMPTY: RuleFile = { rules: [], problems: [] };

function failed(at: Place, reason: string): RuleFile {
  return { rules: [], problems: [{ at, reason }] };
}

/** The parsed text, or why the parser gave up on it altogether. */
function parse(text: string, lineCounter: LineCounter) {
  try {
    // Keys that are there twice are told in our own words.
    return parseDocument(text, { lineCounter, uniqueKeys: false, prettyErrors: false });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function wordsOf(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'one document is expected, but "---" begins another';
  if (code === 'BAD_SCALAR_START') return `${message}; put the rule in quotes`;
  return message;
}

function readRules(
  pairs: readonly Pair<Node, Node | null>[],
  text: string,
  placeAt: (offset: number) => Place,
): RuleFile {
  const rules = new Map<string, FileRule>();
  const problems: RuleProblem[] = [];
  const places = new Map<string, Place>();
  for (const { key, value } of pairs) {
    const at = placeAt(startOf(key));
    const name = isScalar(key) && typeof key.value === 'string' && key.tag === undefined ? key.value : null;
    if (name === null) {
      problems.push({ at, reason: 'the name of a rule is a text' });
      continue;
    }
    const before = places.get(name);
    if (before !== undefined) {
      problems.push({ at, rule: name, reason: `is there twice, first on line ${before.line}` });
      continue;
    }
    places.set(name, at);
    const read = readRule(value, at, text, placeAt);
    if ('reason' in read) problems.push({ ...read, rule: name });
    else rules.set(name, { ...read, name, at });
  }
  return { rules: [...rules.values()], problems };
}

type Read = Pick<FileRule, 'text' | 'check'> | Pick<RuleProblem, 'at' | 'reason'>;

function readRule(value: Node | null, keyAt: Place, source: string, placeAt: (offset: number) => Place): Read {
  const at = value?.range == null ? keyAt : placeAt(value.range[0]);
  const text = ruleText(value);
  if ('reason' in text) return { at, reason: text.reason };
  try {
    return { text: text.rule, check: parseRule(text.rule) };
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error;
    const start = isScalar(value) && typeof text.rule === 'string' ? verbatimAt(value, text.rule, source) : null;
    if (error.column === 0) return { at, reason: error.reason };
    // Where the rule stands in the file as it is read, the column is the file's; else the rule's own.
    if (start !== null) return { at: placeAt(start + error.column - 1), reason: error.reason };
    return { at, reason: `column ${error.column} of the rule: ${error.reason}` };
  }
}

/** Where in the file the rule's text begins, if it stands there letter by letter; null if it is folded or escaped. */
function verbatimAt(value: Scalar, rule: string, source: string): number | null {
  if (value.range == null) return null;
  const start = value.range[0] + (value.type === 'QUOTE_DOUBLE' || value.type === 'QUOTE_SINGLE' ? 1 : 0);
  return source.startsWith(rule, start) ? start : null;
}

function ruleText(value: Node | null): { readonly rule: RuleText } | { readonly reason: string } {
  if (isScalar(value)) return scalarText(value);
  if (isAlias(value)) return { reason: 'aliases are not supported; write a rule and refer to it with rule:name' };
  if (!isSeq<Node>(value)) return { reason: value === null ? NO_VALUE : NOT_A_RULE };
  if (value.tag !== undefined) return { reason: TAGGED };
  const lists = value.items.map(innerText);
  const wrong = lists.find((one) => 'reason' in one);
  return wrong ?? { rule: lists.flatMap((one) => ('inner' in one ? [one.inner] : [])) };
}

function innerText(item: Node): { readonly inner: string | readonly string[] } | { readonly reason: string } {
  const texts = isSeq<Node>(item) && item.tag === undefined ? item.items : [item];
  if (!texts.every((one) => isScalar(one) && typeof one.value === 'string' && one.tag === undefined)) {
    return { reason: 'a rule written as a list holds texts, or lists of texts' };
  }
  const inner = texts.map((one) => String((one as Scalar).value));
  return { inner: isSeq(item) ? inner : (inner[0] ?? '') };
}

function scalarText({ value, tag }: Scalar): { readonly rule: string } | { readonly reason: string } {
  if (tag !== undefined) return { reason: TAGGED };
  if (typeof value === 'string') return { rule: value };
  return { reason: value === null ? NO_VALUE : NOT_A_RULE };
}

const TAGGED = 'YAML reads an unquoted "!" as a tag, not as a rule; put the rule in quotes';
const NO_VALUE = 'has no rule; write "@" for everyone, "!" for no one';
const NOT_A_RULE = 'a rule is a text, or a list of lists of texts';

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
