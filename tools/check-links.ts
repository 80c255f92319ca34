// Links between pages lead somewhere: every relative link of a Markdown file names a file that is there, and a heading in it
// when it names one.

import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import type { SourceFile } from './source-files.ts';

const LINK = /(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g;
const FENCE = /^(```|~~~)[\s\S]*?^\1/gm;

/** Each broken link of `pages` as `path:line  target  why`; `isThere` tells of files that are no pages. */
export function checkLinks(pages: readonly SourceFile[], isThere: (path: string) => boolean = existsSync): string[] {
  const texts = new Map(pages.map(({ path, text }) => [path, text]));
  return pages.flatMap(({ path, text }) => {
    // Code keeps its lines, so that findings still name the right one.
    const prose = text.replaceAll(FENCE, (block) => block.replaceAll(/[^\n]/g, ' '));
    return prose.split('\n').flatMap((line, index) =>
      [...line.replaceAll(/`[^`]*`/g, (code) => code.replaceAll(/[[\]()]/g, ' ')).matchAll(LINK)].flatMap(
        ([, target = '']) => {
          const why = wrongWith(path, target, texts, isThere);
          return why === null ? [] : [`${path}:${index + 1}  ${target}  ${why}`];
        },
      ),
    );
  });
}

function wrongWith(
  from: string,
  target: string,
  texts: ReadonlyMap<string, string>,
  isThere: (path: string) => boolean,
): string | null {
  if (/^[a-z]+:/.test(target)) return null;
  const [file = '', heading] = target.split('#');
  const path = file === '' ? from : normalize(join(dirname(from), file));
  if (!texts.has(path) && !isThere(path)) return 'leads nowhere';
  const text = texts.get(path);
  if (heading === undefined || text === undefined) return null;
  return headings(text).has(heading) ? null : 'names a heading that is not there';
}

/** Headings as their anchors. */
function headings(text: string): Set<string> {
  const found = text.replaceAll(FENCE, '').matchAll(/^#+ (.+)$/gm);
  return new Set(Array.from(found, ([, words = '']) => anchor(words)));
}

function anchor(words: string): string {
  return words
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
    .replaceAll(' ', '-');
}
