// Every function, type, class and constant that leaves its file says what it is in a doc comment right above it.
// What declares itself in words (an operation's summary, a rule's description) needs no second telling.
// A scan of lines, not a parser: exports begin at the start of a line, as the formatter leaves them.
// Links between pages are looked at too (check-links.ts), and the tables of files in READMEs (check-file-tables.ts).

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { checkFileTables } from './check-file-tables.ts';
import { checkLinks } from './check-links.ts';
import { report } from './report.ts';
import { isTestFile, readSources, type SourceFile } from './source-files.ts';

const FOLDERS = ['remnantd/src', 'client/src', 'cli/src'];
const EXPORT =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?|type|interface|const|let|class)\s+(\w+)/;

/** Declarations that carry their own words, which the reference pages are made from. */
const SELF_TOLD = /^export const \w+(?:: (?:CallerOperation|OpenOperation) = \{| = rule\()/;

/** Each export of `files` without a doc comment, as `path:line  name ...`; test files are not looked at. */
export function checkDocs(files: readonly SourceFile[]): string[] {
  return files.filter((file) => !isTestFile(file.path)).flatMap(checkFile);
}

function checkFile({ path, text }: SourceFile): string[] {
  const lines = text.split('\n');
  const seen = new Set<string>();
  return lines.flatMap((line, index) => {
    const name = EXPORT.exec(line)?.[1];
    // A later overload, or the constant beside a type of the same name, shares the first one's comment.
    if (name === undefined || seen.has(name) || SELF_TOLD.test(line)) return [];
    seen.add(name);
    return documented(lines, index) ? [] : [`${path}:${index + 1}  ${name} has no doc comment`];
  });
}

function documented(lines: readonly string[], index: number): boolean {
  if (!lines[index - 1]?.trimEnd().endsWith('*/')) return false;
  const start = lines.slice(0, index).findLastIndex((line) => line.trimStart().startsWith('/*'));
  return lines[start]?.trimStart().startsWith('/**') ?? false;
}

if (import.meta.main) {
  const files = readSources(process.cwd(), FOLDERS);
  const pages = readPages();
  const paths = readSources(process.cwd(), [...FOLDERS, 'bench', 'lab', 'tools', 'remnantd/test']).map(
    ({ path }) => path,
  );
  report('docs', `${files.length} files, ${pages.length} pages`, [
    ...checkDocs(files),
    ...checkLinks(pages),
    ...checkFileTables(pages, paths),
  ]);
}

/** The pages that git holds or would add. */
function readPages(): SourceFile[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '*.md'];
  const paths = execFileSync('git', args, { encoding: 'utf8' }).split('\0');
  return paths.filter((path) => existsSync(path)).map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}
