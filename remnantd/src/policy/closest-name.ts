// "Did you mean": the name nearest to one that nobody knows, by the letters that would have to be changed.

/** The one of `names` that is nearest to `name`; null when none is near enough to have been meant. */
export function closestName(name: string, names: Iterable<string>): string | null {
  let best: string | null = null;
  let within = Math.min(Math.max(2, Math.floor(name.length / 8)), Math.floor(name.length / 3));
  for (const other of names) {
    if (Math.abs(other.length - name.length) > within || name.length > LONGEST) continue;
    const distance = editsBetween(name, other);
    if (distance > within || (best !== null && distance === within)) continue;
    best = other;
    within = distance;
  }
  return best;
}

/** The same as the end of a sentence: `; did you mean "x"?`, or nothing. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const closest = closestName(name, names);
  return closest === null ? '' : `; did you mean "${closest}"?`;
}

/** A longer name is no slip of the pen, and comparing it would take long. */
const LONGEST = 200;

/** Letters to add, take away or replace to make `a` into `b`. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
