// Which methods Remnant's own root has at a path: what is said to who used another one.

import type { Operation } from '../api/operation.ts';

/** The methods at a path below that root, in order; none for a path that nothing is at. */
export function methodsAt(operations: readonly Operation[], path: string): readonly string[] {
  const found = operations.filter((one) => one.root === 'remnant' && patternOf(one).test(path));
  return [...new Set(found.map(({ method }) => method))].toSorted();
}

function patternOf({ path }: Operation): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
