// Answers what dispatch asks without wanting anything done.

import type { Driver } from '../drivers/driver.ts';
import { ability, DriverFault } from '../drivers/driver.ts';
import type { JsonValue } from '../lib/json.ts';
import type { HostAnswer, HostQuery } from '../model/wire.ts';

/** The answer to `message`; a fault of the driver is an answer too. */
export async function answerQuery(driver: Driver, message: JsonValue): Promise<HostAnswer> {
  const query = message as unknown as HostQuery;
  try {
    return { ok: true, text: await ability(driver, 'readConsole').read(query.server, query.lines) };
  } catch (error) {
    if (!(error instanceof DriverFault)) throw error;
    const code = error.code === 'not-implemented' || error.code === 'not-found' ? error.code : 'failed';
    return { ok: false, code, reason: error.message };
  }
}
