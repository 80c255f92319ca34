// Counts a vitest run from its JSON report so that nothing can pass by not running:
// a file that does not load, a skipped test and a run without tests all count as failed.

/** How many passed and failed. */
export type Count = { readonly passed: number; readonly failed: number };

/** What vitest writes of a run: a result for each file, by its path. */
export type Report = {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
};

/** The paths of the files of a run (null if it left no report) in which something failed or did not load. */
export function failedFiles(report: Report | null): string[] {
  return (report?.testResults ?? []).filter((file) => file.status === 'failed').map((file) => file.name);
}

/** The results of a run, with those of a second one in the place of the first ones of the same files. */
export function withSecondRun(first: Report, second: Report): Report {
  const again = new Map(second.testResults.map((file) => [file.name, file]));
  return { testResults: first.testResults.map((file) => again.get(file.name) ?? file) };
}

/** The count of a vitest JSON report (null if none was written) of a run that ended with `exitCode`. */
export function countReport(report: Report | null, exitCode: number): Count {
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults.map((test) => test.status));
  const passed = tests.filter((status) => status === 'passed').length;
  const unloaded = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const failed = tests.length - passed + unloaded;
  // An error outside every test (a rejected promise nobody awaited) shows in the exit code alone.
  const unseen = failed === 0 && (exitCode !== 0 || tests.length === 0);
  return { passed, failed: unseen ? 1 : failed };
}

/** Reads the text of a report; null if it is not one. */
export function parseReport(text: string): Report | null {
  try {
    const value: unknown = JSON.parse(text);
    return isReport(value) ? value : null;
  } catch {
    return null;
  }
}

function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && 'testResults' in value && Array.isArray(value.testResults);
}
