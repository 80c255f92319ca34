// The hosts that subjects name, read once each: a host beats once a second on one subject.

import type { HostName } from '../model/ids.ts';
import { hostOfSubject } from '../model/wire.ts';

/** More than this is not remembered: names of strangers must not fill the memory. */
export const MOST_REMEMBERED = 20_000;

/** Gives the host that a subject names, and remembers the first of them. */
export function subjectNames(): (subject: string) => HostName {
  const names = new Map<string, HostName>();
  // One message is asked about more than once.
  let lastSubject: string | null = null;
  let lastName: HostName | undefined;
  return (subject) => {
    if (lastName !== undefined && subject === lastSubject) return lastName;
    let name = names.get(subject);
    if (name === undefined) {
      name = hostOfSubject(subject);
      if (names.size < MOST_REMEMBERED) names.set(subject, name);
    }
    lastSubject = subject;
    lastName = name;
    return name;
  };
}
