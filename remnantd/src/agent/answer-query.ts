// Answers what dispatch asks of a host: a table with one handler for each question.

import { DriverFault } from '../drivers/driver.ts';
import type { JsonValue } from '../lib/json.ts';
import type { HostAnswer, HostQuery } from '../model/wire.ts';
import { ArtefactFault } from './capture/read-artefact.ts';

/** A handler for each question: gives the text of the answer. What it cannot answer it throws as DriverFault or ArtefactFault. */
export type QueryHandlers = {
  readonly [Ask in HostQuery['ask']]: (query: Extract<HostQuery, { readonly ask: Ask }>) => Promise<string>;
};

/** The answer to `message`; a fault of the driver or of an artefact is an answer too. */
export async function answerQuery(handlers: QueryHandlers, message: JsonValue): Promise<HostAnswer> {
  const query = message as unknown as HostQuery;
  const handle = (handlers as Partial<QueryHandlers>)[query.ask] as ((query: HostQuery) => Promise<string>) | undefined;
  if (handle === undefined) return { ok: false, code: 'not-implemented', reason: 'the agent knows no such question' };
  try {
    return { ok: true, text: await handle(query) };
  } catch (error) {
    if (error instanceof ArtefactFault) {
      return { ok: false, code: error.code === 'not-found' ? 'not-found' : 'failed', reason: error.message };
    }
    if (!(error instanceof DriverFault)) throw error;
    const code = error.code === 'not-implemented' || error.code === 'not-found' ? error.code : 'failed';
    return { ok: false, code, reason: error.message };
  }
}
