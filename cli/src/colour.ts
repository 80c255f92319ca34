// Colour for the few words that must be seen: on a terminal, and not when NO_COLOR says no.

const RED = 31;
const GREEN = 32;
const YELLOW = 33;

/** The words of states, by what they mean to who looks. */
const WORDS: Readonly<Record<string, number>> = {
  ACTIVE: GREEN,
  UP: GREEN,
  up: GREEN,
  Success: GREEN,
  green: GREEN,
  captured: GREEN,
  panicked_without_dump: GREEN,
  ERROR: RED,
  DOWN: RED,
  down: RED,
  CRASHED: RED,
  Error: RED,
  not_sent: RED,
  UNKNOWN: YELLOW,
  MAINTENANCE: YELLOW,
  disabled: YELLOW,
  amber: YELLOW,
  unknown: YELLOW,
  hung: YELLOW,
  ignored: YELLOW,
};
/** The columns, and the fields of one thing, whose words are coloured: a server called ERROR is not. */
const STATES: ReadonlySet<string> = new Set([
  'Status',
  'Host Status',
  'Power State',
  'State',
  'From',
  'To',
  'Verdict',
  'Result',
  'status',
  'host_status',
]);

/** True if what goes to `out` may be coloured. */
export function hasColour(
  out: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return out.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

/** `drawn` (a cell, padded) in the colour of its `word`, if the column or field `name` is one of states. */
export function coloured(drawn: string, word: string, name: string): string {
  const colour = STATES.has(name) ? WORDS[word] : undefined;
  return colour === undefined ? drawn : `\u001b[${colour}m${drawn}\u001b[0m`;
}
