// What an error is to a user: its exit code, and one line with what went wrong, the request id, and what to do next.

import { RemnantApiError, RemnantCloudError, RemnantConnectionError, RemnantVersionError } from '@remnant/client';
import { CommandEnd, EXIT } from './exit.ts';

/** How a command ends because of an error. */
export interface End {
  readonly code: number;
  /** One line; empty when everything was said. */
  readonly message: string;
}

/** What `error` is to a user. */
export function endOf(error: unknown): End {
  if (error instanceof CommandEnd) return error;
  if (error instanceof RemnantApiError) {
    const request = error.requestId === null ? '' : `, request ${error.requestId}`;
    return {
      code: EXIT.failed,
      message: `${oneLine(error.message)} (HTTP ${error.status}${request})${advice(error)}`,
    };
  }
  if (error instanceof RemnantConnectionError) {
    const next = /certificate|self.signed/i.test(error.message) ? '; --os-cacert FILE names who to trust' : '';
    // Node's own advice is for who starts Node.
    const message = oneLine(error.message).replace(/; if the root CA is installed locally, .*--use-system-ca$/, '');
    return { code: error.timedOut ? EXIT.timedOut : EXIT.failed, message: `${message}${next}` };
  }
  if (error instanceof RemnantCloudError) {
    return { code: EXIT.usage, message: `${oneLine(error.message)}; --os-*, OS_* or clouds.yaml say how to sign in` };
  }
  if (error instanceof RemnantVersionError) {
    return { code: EXIT.failed, message: `${oneLine(error.message)}; the service is too old for this` };
  }
  return { code: EXIT.failed, message: oneLine(error instanceof Error ? error.message : String(error)) };
}

/** The same for --json: what a script wants of it. */
export function errorJson(error: unknown): object {
  const { message } = endOf(error);
  if (!(error instanceof RemnantApiError)) return { message, status: null, request_id: null };
  return { message: oneLine(error.message), status: error.status, request_id: error.requestId };
}

/** The text in one line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function advice(error: RemnantApiError): string {
  if (error.operation === 'tokens.issue' && error.status === 401) {
    return '; what this cloud signs in with is wrong: the user and password, the token, the domains or the project';
  }
  if (error.status === 401) return '; the token has ended';
  return '';
}
