// What an agent answers when its host is asked something: a line for each question.

import { ability, type Driver } from '../drivers/driver.ts';
import type { QueryHandlers } from './answer-query.ts';
import type { ArtefactStore } from './capture/artefact-store.ts';
import { readDmesg } from './extract/read-dmesg.ts';
import type { GuestAsking } from './guest-asking.ts';
import type { ArtefactSender } from './send-artefacts.ts';

/** The parts of an agent that know the answers. */
export interface QueryParts {
  readonly driver: Driver;
  readonly asking: GuestAsking;
  readonly artefacts: ArtefactStore;
  readonly sender: ArtefactSender;
}

/** The handlers. */
export function queryHandlers({ driver, asking, artefacts, sender }: QueryParts): QueryHandlers {
  return {
    console: ({ server, lines }) => ability(driver, 'readConsole').read(server, lines),
    readiness: async ({ server, refresh }) => JSON.stringify(await asking.answer(server, refresh)),
    uptime: async () => ability(driver, 'hostUptime')(),
    dmesg: ({ artefact }) => readDmesg(artefacts, artefact),
    'send-artefact': (query) => sender.send(query).then(() => ''),
    'erase-artefact': ({ artefact }) => artefacts.delete(artefact).then(() => ''),
  };
}
