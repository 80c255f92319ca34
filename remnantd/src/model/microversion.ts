// Microversions of the Compute API: `2.N`. Inside the daemon one is its N; the text form is for the wire and for tables.

/** A microversion's text, e.g. `2.16`. */
export type MicroversionText = `2.${number}`;

/** What this server speaks. */
export const MICROVERSIONS = { min: '2.1', max: '2.96' } as const satisfies Record<string, MicroversionText>;

/** The N of `2.N`. */
export function minor(text: MicroversionText): number {
  return Number(text.slice(2));
}

/** A span of microversions; open-ended without `until`, which is the last one it holds for. */
export interface VersionSpan {
  readonly since?: MicroversionText;
  readonly until?: MicroversionText;
}

/** True if `version` (an N) lies in `span`. */
export function within(version: number, span: VersionSpan): boolean {
  return (
    version >= minor(span.since ?? MICROVERSIONS.min) && (span.until === undefined || version <= minor(span.until))
  );
}
