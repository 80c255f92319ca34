// The door through which hosts are heard: a bus on which a host that is not enrolled, or that says what the wire does not have, is
// refused before anybody does something with its words. A refusal is told once a host and kind of message, until such a one is good.
// A host that is not enrolled is told and asked nothing either: nats-server may know of it later than the database does.

import type { JsonValue } from '../lib/json.ts';
import type { HostName } from '../model/ids.ts';
import type { HostSays } from '../model/wire.ts';
import { hostOfSubject } from '../model/wire.ts';
import { wireProblem } from '../model/wire-check.ts';
import type { Bus, Ear } from '../ports/bus.ts';
import { BusFault } from '../ports/bus.ts';

/** Who stands at the door. */
export interface DoorDeps {
  /** Whether a host may speak, and a number that is another one whenever that is so of other hosts; null where every host of the bus may. */
  readonly enrolled: { has(host: HostName): boolean; readonly changes: number } | null;
  readonly onError: (what: string, error: unknown) => void;
}

/** More refusals than this are not remembered: names of strangers must not fill the memory. */
const MOST_TOLD = 20_000;
const TO_HOST = /^agent\.[^.]+\./;
const FROM_HOSTS = /^host\.\*\.(hello|claim|report|evidence|beat)$/;

/** `bus` with the door in front of what hosts say on it. */
export function hostDoor(bus: Bus, deps: DoorDeps): Bus {
  const told = new Map<string, string>();
  const saysOf = (subject: string) => (FROM_HOSTS.exec(subject)?.[1] ?? null) as HostSays | null;
  const strangerIn = (subject: string): string | null => {
    if (deps.enrolled === null) return null;
    const host = hostOfSubject(subject);
    return deps.enrolled.has(host) ? null : `the host ${host} is not enrolled`;
  };
  const closedTo = (subject: string) => (TO_HOST.test(subject) ? strangerIn(subject) : null);
  const problemOf = (says: HostSays, message: JsonValue, subject: string): string | null => {
    const problem = strangerIn(subject) ?? wireProblem(says, message);
    if (problem === null && told.size === 0) return null;
    const host = hostOfSubject(subject);
    const key = `${host} ${says}`;
    if (problem === null) {
      told.delete(key);
    } else if (told.get(key) !== problem && (told.has(key) || told.size < MOST_TOLD)) {
      told.set(key, problem);
      deps.onError(`a ${says} of ${host} is refused`, new Error(problem));
    }
    return problem;
  };
  /** One ear, for what it let in last: that is looked at again when it is not the same, or others are enrolled. */
  const guardedEar = (says: HostSays, from: string, open: (subject: string) => Ear): Ear => {
    let ear: Ear | null = null;
    let good: JsonValue | undefined;
    let asOf = -1;
    return (message) => {
      const changes = deps.enrolled?.changes ?? 0;
      if (message !== good || changes !== asOf) {
        good = undefined;
        if (problemOf(says, message, from) !== null) return;
        good = message;
        asOf = changes;
      }
      ear ??= open(from);
      ear(message);
    };
  };
  const listen: Bus['subscribeEach'] = (subject, open) => {
    const says = saysOf(subject);
    return bus.subscribeEach(subject, says === null ? open : (from) => guardedEar(says, from, open));
  };
  return {
    publish: (subject, message) => {
      if (closedTo(subject) === null) bus.publish(subject, message);
    },
    request: async (subject, message, timeoutMs) => {
      const open = () => {
        const problem = closedTo(subject);
        if (problem !== null) throw new BusFault('refused', `${subject}: ${problem}`);
      };
      open();
      const answer = await bus.request(subject, message, timeoutMs);
      // It may have been revoked while it was asked: its word counts for nothing any more.
      open();
      return answer;
    },
    settle: (timeoutMs) => bus.settle(timeoutMs),
    connection: () => bus.connection(),
    onConnection: (handle) => bus.onConnection(handle),
    close: () => bus.close(),
    subscribe: (subject, handle) => listen(subject, (from) => (message) => handle(message, from)),
    subscribeEach: listen,
    serve: (subject, handle) => {
      const says = saysOf(subject);
      if (says === null) return bus.serve(subject, handle);
      return bus.serve(subject, (message, from) => {
        const problem = problemOf(says, message, from);
        return problem === null ? handle(message, from) : Promise.reject(new BusFault('refused', problem));
      });
    },
  };
}
