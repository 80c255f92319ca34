// How every check ends: its findings one a line, or one line that says what was looked at.
// A check that found something leaves exit code 1.

/** Prints the findings and sets the exit code; `looked` says what was read, e.g. `42 files`. */
export function report(check: string, looked: string, findings: readonly string[]): void {
  for (const finding of findings) console.log(finding);
  console.log(`${check}: ${looked}, ${findings.length} to mend`);
  if (findings.length > 0) process.exitCode = 1;
}
