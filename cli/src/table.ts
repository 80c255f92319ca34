// Tables as OpenStack's clients draw them, with + - and |. On a terminal too narrow for one, columns of words are folded;
// what is piped stays a line a row, without colour.

import { coloured, hasColour } from './colour.ts';

/** A cell; what has no text of its own is shown as JSON, nothing as `-`. */
export type Cell = unknown;

/** No column is folded narrower than this. */
const NARROWEST = 20;
/** A word up to here is never broken: ids are there to be copied. */
const WHOLE = 40;

/** A table with a head and a row an item, at most `limit` characters wide where that can be; states `inColour`. */
export function drawTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  limit = terminalWidth(),
  inColour = hasColour(process.stdout, process.env),
): string {
  const texts = rows.map((row) => row.map(cellText));
  const widths = head.map((_, column) => Math.max(...[head, ...texts].map((line) => widthOf(line[column] ?? ''))));
  narrow(widths, [head, ...texts], limit);
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const draw = (row: readonly string[]) => {
    const cells = widths.map((width, column) => fold(row[column] ?? '', width));
    const height = Math.max(...cells.map((lines) => lines.length));
    const cell = (column: number, width: number, line: number) => {
      const drawn = pad(cells[column]?.[line] ?? '', width);
      // In a table of one thing, the first column says what the second one is.
      const name = head[column] === 'Value' ? row[0] : head[column];
      return inColour ? coloured(drawn, row[column] ?? '', name ?? '') : drawn;
    };
    return Array.from(
      { length: height },
      (_, line) => `|${widths.map((width, column) => ` ${cell(column, width, line)} `).join('|')}|`,
    );
  };
  return [rule, ...draw(head), rule, ...texts.flatMap(draw), ...(texts.length === 0 ? [] : [rule])].join('\n');
}

/** A table of one thing: a row a field. */
export function drawFields(fields: readonly (readonly [string, Cell])[], limit = terminalWidth()): string {
  return drawTable(['Field', 'Value'], fields, limit);
}

/** Takes from `widths` what is too much for `limit`, from the column that can be folded most first. */
function narrow(widths: number[], rows: readonly (readonly string[])[], limit: number): void {
  let over = widths.reduce((sum, width) => sum + width + 3, 1) - limit;
  const slack = widths.map((width, column) => {
    const words = rows.flatMap((row) => (row[column] ?? '').split(' ')).map(widthOf);
    return width - Math.max(NARROWEST, Math.min(WHOLE, Math.max(...words)));
  });
  while (over > 0) {
    const most = Math.max(...slack);
    if (most <= 0) return;
    const column = slack.indexOf(most);
    widths[column] = (widths[column] ?? 0) - Math.min(over, most);
    slack[column] = 0;
    over -= most;
  }
}

function terminalWidth(): number {
  // A terminal that does not know its width says 0.
  return (process.stdout.isTTY && process.stdout.columns) || Number.POSITIVE_INFINITY;
}

/** Lines as they are, spaces and all, with nothing in them that steers the terminal. */
export function cleanLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replaceAll('\t', '    ').replaceAll(/\p{C}/gu, '?'))
    .join('\n');
}

function cellText(value: Cell): string {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'string') return clean(value);
  return clean(JSON.stringify(value));
}

/** What a guest or another user wrote must not steer the terminal. */
function clean(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/\p{C}/gu, '?');
}

/** The text in lines of at most `width`, broken between words where there are any. */
function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (widthOf(rest) > width) {
    const part = headOf(rest, width);
    const space = part.lastIndexOf(' ');
    const end = space > 0 ? space : part.length;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** As much of the start of `text` as fits; at least one character. */
function headOf(text: string, width: number): string {
  let head = '';
  for (const char of text) {
    if (head !== '' && widthOf(head + char) > width) break;
    head += char;
  }
  return head;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

function widthOf(text: string): number {
  return Array.from(text).reduce((sum, char) => sum + (/\p{M}/u.test(char) ? 0 : WIDE.test(char) ? 2 : 1), 0);
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** A number of bytes for people. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
