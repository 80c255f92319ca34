// What a kernel said as it died, in an answer.

import type { ReplySchema } from '../reply-schema.ts';
import { listOf, objectOf, STRING, STRING_OR_NULL, titled } from '../reply-schema.ts';

/** `PanicFacts`, or null. */
export const PANIC_OR_NULL: ReplySchema = {
  anyOf: [
    titled('Panic', objectOf({ kernel: STRING_OR_NULL, reason: STRING_OR_NULL, lines: listOf(STRING) })),
    { type: 'null' },
  ],
};
