// How long commands may take, by kind, out of the configuration. What moves memory or makes disks has bounds of its own; the
// rest has that of any answer. An NMI is waited for longer where its host says that it may take longer (dispatch/queue-command.ts).

import { GO_DOWN_MS } from '../agent/run-order.ts';
import type { Config } from '../config/sections.ts';
import type { CommandBounds } from '../dispatch/queue-command.ts';
import type { CommandKind } from '../model/command.ts';
import { CALLS } from './calls.ts';
import { ms } from './ms.ts';

/** The bounds of each kind of command. */
export function commandBounds(config: Config): CommandBounds {
  const { deadline, answer, create_answer: disk, suspend_answer: memory } = config.commands;
  const longer: Partial<Record<CommandKind, number>> = {
    create: disk,
    rebuild: disk,
    resize: disk,
    'revert-resize': disk,
    rescue: disk,
    suspend: memory,
    resume: memory,
    // A guest that is asked to go down has its time for that first.
    'power-off': GO_DOWN_MS / 1000 + answer,
    reboot: GO_DOWN_MS / 1000 + answer,
    // An agent that gives up writing memory says so within the time of any answer.
    'dump-memory': config.dumps.memory_timeout + answer,
  };
  const answerMs = Object.fromEntries(CALLS.map((kind) => [kind, ms(longer[kind] ?? answer)]));
  return { deadlineMs: ms(deadline), answerMs: answerMs as CommandBounds['answerMs'] };
}
