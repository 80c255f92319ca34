// Makes text that a guest wrote fit for a terminal and a JSON document: no escape sequences, no control characters, none
// that turn or hide what stands beside them. Invariant: what comes out holds printable characters and line feeds alone.

const ESC = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
/** Control sequences (colours, cursor), operating system commands (window titles), escapes of two characters. */
const ESCAPES = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\\\)?|[ -Z\\\\-~])`,
  'g',
);
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** One line without its line break: escape sequences and what is not printable left out, tabs as blanks. */
export function harmlessLine(line: string): string {
  return line.replace(ESCAPES, '').replaceAll('\t', ' ').replace(UNPRINTABLE, '');
}

/** Lines, each made harmless; a carriage return ends a line too, and never twice. */
export function harmlessLines(text: string): string[] {
  return text.split(/\r*\n|\r+/).map(harmlessLine);
}

/** A whole text, made harmless line by line. */
export function harmlessText(text: string): string {
  return harmlessLines(text).join('\n');
}
