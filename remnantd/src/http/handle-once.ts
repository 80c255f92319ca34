// Carries out an operation for a request with an Idempotency-Key: at most one of those with one key makes the change.

import type { CallerRequest, Reply } from '../api/operation.ts';
import type { Exchange, FrontDeps } from './front.ts';
import type { RepeatableOperation } from './once.ts';
import { onceKey } from './once.ts';

/** The answer to `asked`, whose key is in `header`. Throws what the operation throws, and the faults of `OnceOnly`. */
export function handleOnce(
  deps: FrontDeps,
  { request, requestId }: Pick<Exchange, 'request' | 'requestId'>,
  operation: RepeatableOperation,
  asked: CallerRequest,
  header: string,
): Promise<Reply> {
  const raw = Buffer.isBuffer(request.body) ? request.body : null;
  const { projectId, userId } = asked.caller;
  const once = onceKey(projectId, userId, { method: request.method, url: request.url, body: raw }, header);
  return deps.once.serve(once, {
    requestId,
    run: () => operation.handle({ ...asked, once }, deps.api),
    again: (first) => operation.again(asked, deps.api, first),
  });
}
