// Whether what a host says is what the wire has: asked at the door, before anything is done with it. What a message has beyond
// that is left alone: a later version only adds.

import type { JsonValue } from '../lib/json.ts';
import { isObject } from '../lib/json.ts';
import type { HostSays } from './wire.ts';
import { WIRE_VERSION } from './wire.ts';

/** What is wrong with a value, in words that follow its name; null when nothing is. */
type Check = (value: unknown) => string | null;

const is =
  (test: (value: unknown) => boolean, what: string): Check =>
  (value) =>
    test(value) ? null : `must be ${what}`;
const text = is((value) => typeof value === 'string', 'text');
const word = is(
  (value) => typeof value === 'string' && value !== '' && value.length <= 255,
  'text of 1 to 255 letters',
);
const flag = is((value) => typeof value === 'boolean', 'true or false');
const count = is((value) => Number.isSafeInteger(value) && (value as number) >= 0, 'a whole number, 0 or more');
const position = is((value) => Number.isSafeInteger(value) && (value as number) >= 1, 'a whole number, 1 or more');
const moment = is((value) => Number.isFinite(value), 'a number');

const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? null : check(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? null : check(value);
const list =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    for (const [at, one] of value.entries()) {
      const problem = check(one);
      if (problem !== null) return joined(`[${at}]`, problem);
    }
    return null;
  };
const object = (fields: Readonly<Record<string, Check>>): Check => {
  const checks = Object.entries(fields);
  return (value) => {
    if (!isObject(value)) return 'must be an object';
    for (const [name, check] of checks) {
      const problem = check(value[name]);
      if (problem !== null) return joined(`.${name}`, problem);
    }
    return null;
  };
};

/** `.a` and `.b must be text` make `.a.b must be text`. */
function joined(step: string, problem: string): string {
  return `${step}${/^[.[]/.test(problem) ? '' : ' '}${problem}`;
}

const guest = object({
  id: word,
  name: text,
  powerState: count,
  vcpus: count,
  memoryMb: count,
  ours: flag,
  node: optional(word),
});
const node = object({
  id: word,
  name: text,
  powerState: count,
  arch: text,
  vcpus: count,
  memoryMb: count,
  diskGb: count,
  provision: text,
  maintenance: orNull(text),
  lastError: orNull(text),
  guest: orNull(word),
});
const disks = object({ problem: orNull(text), freeGb: count, shared: flag });
const offered = object({
  driver: word,
  abilities: list(text),
  nmiBoundMs: orNull(moment),
  nmiAsking: optional(word),
  hypervisorType: text,
  hypervisorVersion: moment,
  hypervisorHostname: text,
  arch: text,
  vcpus: moment,
  memoryMb: moment,
  diskGb: moment,
  disks: optional(disks),
  nodes: optional(list(node)),
  guests: orNull(list(guest)),
});
const artefact = object({ id: word, bytes: count, format: word, source: optional(word), sha256: optional(word) });
const panic = orNull(object({}));
const facts = object({
  extract: optional(object({ artefact: word, bytes: orNull(count), panic, error: orNull(text) })),
  artefact: optional(artefact),
  asking: optional(word),
  panic: optional(object({})),
  memory: optional(object({ done: count, total: count })),
  vitals: optional(object({})),
  addresses: optional(object({})),
});

const CHECKS: Readonly<Record<HostSays, Check>> = {
  hello: object({ wire: position, life: word, calls: list(word), offered }),
  beat: object({
    life: word,
    connection: orNull(object({ up: flag, reason: text, unknown: optional(flag) })),
    leaving: optional(flag),
  }),
  claim: object({ ledger: word, holding: list(word), busy: list(word), poll: optional(flag), rung: optional(flag) }),
  report: object({
    command: word,
    outcome: (value) => outcome(value),
  }),
  evidence: object({
    journal: word,
    entries: list(
      object({
        seq: position,
        server: orNull(word),
        kind: word,
        detail: text,
        at: moment,
        command: optional(word),
        facts: optional(facts),
      }),
    ),
  }),
};

const OUTCOMES: Readonly<Record<string, Check>> = {
  success: object({ meaning: optional(word), kept: optional(object({ making: orNull(word) })) }),
  error: object({
    reason: text,
    details: text,
    faultCode: is((value) => value === null || value === 400 || value === 500, '400, 500 or null'),
    untouched: optional(flag),
  }),
  unknown: object({ reason: text }),
};

function outcome(value: unknown): string | null {
  const result = isObject(value) ? value['result'] : undefined;
  const check = typeof result === 'string' && Object.hasOwn(OUTCOMES, result) ? OUTCOMES[result] : undefined;
  return (check ?? object({ result: is(() => false, 'success, error or unknown') }))(value);
}

/** Why `message` cannot be what a host says there, in one line; null when it can. */
export function wireProblem(says: HostSays, message: JsonValue): string | null {
  // Before its fields: those of a version to come are nobody's guess.
  const wire = says === 'hello' && isObject(message) ? message['wire'] : null;
  if (typeof wire === 'number' && wire > WIRE_VERSION) {
    return `the agent speaks version ${wire} of the wire, this service ${WIRE_VERSION}: update the service first`;
  }
  const problem = CHECKS[says](message);
  return problem === null ? null : `not a ${says} of the wire: ${joined(says, problem)}`;
}
