// The schemas of all operations: each is compiled when a request first needs it, and every one of them can be.

import { expect, it } from 'vitest';
import { OPERATIONS } from '../api/operations.ts';
import { Fault } from '../model/faults.ts';
import { MICROVERSIONS, minor } from '../model/microversion.ts';
import { operationValidator } from './validate.ts';

it.each(OPERATIONS.map((operation) => [operation.id, operation] as const))('%s', (_id, operation) => {
  const validator = operationValidator(operation);
  const schemas = [...(operation.body ?? []), ...(operation.query ?? [])];
  const versions = [MICROVERSIONS.min, ...schemas.flatMap(({ since }) => (since === undefined ? [] : [since]))];
  for (const version of versions.map(minor)) {
    for (const legacy of [false, true]) {
      const checks = [
        () => validator.body(version, null, { relaxed: legacy }),
        () => void validator.query(version, {}, { legacy }),
      ];
      for (const check of checks) {
        try {
          check();
        } catch (error) {
          // What was asked for may be wrong; the schema is not.
          expect(error).toBeInstanceOf(Fault);
        }
      }
    }
  }
});
