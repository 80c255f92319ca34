// Reads everything that is, or is about to be, committed and stops what must not get in: promises instead of work,
// tests that do not run, the addresses of one workplace, and sleeps where a test should wait for a state.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { report } from './report.ts';
import { isTestFile, type SourceFile } from './source-files.ts';

type Rule = {
  readonly name: string;
  readonly pattern: RegExp;
  readonly why: string;
  readonly testsOnly?: true;
};

const RULES: readonly Rule[] = [
  { name: 'promise', pattern: /\b(TODO|FIXME|XXX)\b/, why: 'do it, or write it down where users read it' },
  {
    name: 'skip',
    pattern: /\b(it|test|describe|suite|bench)(\.\w+)*\.(skip|only|todo|skipIf|runIf)\b|\b(t|ctx|context)\.skip\(/,
    why: 'a test runs or is deleted',
  },
  {
    name: 'registry',
    pattern:
      /\b(registry\.npmjs\.org|registry\.yarnpkg\.com|deb\.debian\.org|security\.debian\.org|pypi\.org|proxy\.golang\.org)\b/,
    why: "where packages come from is the machine's setting",
  },
  { name: 'workplace', pattern: /(?<![\w./-])\/(work|root)\//, why: 'a path of one machine' },
  {
    name: 'sleep',
    pattern:
      /timers\/promises|\bsetTimeout\(\s*(resolve|done|\w)\s*,|new Promise\b.*\bsetTimeout\(|\bawait (sleep|delay)\(/,
    why: 'wait for a state, not for a time',
    testsOnly: true,
  },
];

/** Where a rule does not hold, and why; a path that ends in `/` stands for everything under it. */
const ALLOWED: readonly { readonly path: string; readonly rule: string; readonly why: string }[] = [
  { path: 'tools/check-words.ts', rule: '*', why: 'the rules themselves' },
  { path: 'tools/check-words.test.ts', rule: '*', why: 'examples of what is caught' },
  { path: 'remnantd/test/harness/wait-for.ts', rule: 'sleep', why: 'the one place that polls for a state' },
  { path: 'lab/', rule: 'workplace', why: "paths inside a guest image, such as root's home" },
];

/** Every line of `files` that breaks a rule, as `path:line  what  reason`. */
export function checkWords(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const rules = RULES.filter((rule) => !isAllowed(file.path, rule) && (!rule.testsOnly || isTestFile(file.path)));
    return file.text.split('\n').flatMap((line, index) =>
      rules.flatMap(({ pattern, why }) => {
        const found = pattern.exec(line);
        return found === null ? [] : [`${file.path}:${index + 1}  ${found[0].trim()}  ${why}`];
      }),
    );
  });
}

function isAllowed(path: string, rule: Rule): boolean {
  return ALLOWED.some(
    (entry) =>
      (entry.rule === '*' || entry.rule === rule.name) &&
      (entry.path === path || (entry.path.endsWith('/') && path.startsWith(entry.path))),
  );
}

/** The text files that git holds or would add, without what it ignores and what is binary. */
function committed(): SourceFile[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const listed = execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  return listed.split('\0').flatMap((path) => {
    if (path === '') return [];
    const text = readIfThere(path);
    return text === null || text.includes('\0') ? [] : [{ path, text }];
  });
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Deleted but not yet committed, or a link to nothing: there is no text to read.
    return null;
  }
}

if (import.meta.main) {
  const files = committed();
  report('words', `${files.length} files`, checkWords(files));
}
