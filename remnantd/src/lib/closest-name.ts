// "Did you mean": the name nearest to one that nobody knows, by letters put in, left out, changed or swapped; case does not
// count. Only a guess that is worth making: most letters are right.

/** A longer name is no slip of the pen, and comparing it would take long. */
const LONGEST = 200;

/** The one of `names` that `name` most likely stands for, the first of equals; null when none is near enough. */
export function closestName(name: string, names: Iterable<string>): string | null {
  const { length } = name;
  if (length > LONGEST) return null;
  let best: string | null = null;
  // At least one letter stays.
  let within = Math.min(Math.max(2, Math.floor(length / 8)), Math.max(1, Math.floor(length / 3)), length - 1);
  for (const other of names) {
    if (Math.abs(other.length - length) > within) continue;
    const distance = editsBetween(name.toLowerCase(), other.toLowerCase());
    if (distance > within) continue;
    best = other;
    within = distance - 1;
  }
  return best;
}

/** How many letters must be put in, left out, changed or swapped with their neighbour to make `b` of `a`. */
function editsBetween(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_one, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const now = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : changed;
      now.push(Math.min((last[j] ?? 0) + 1, (now[j - 1] ?? 0) + 1, changed, swapped));
    }
    before = last;
    last = now;
  }
  return last[b.length] ?? 0;
}
