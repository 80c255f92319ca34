// Ears by subject, for a bus that has handlers alone: it remembers those it opened, as far as there are not too many.

import type { JsonValue } from '../lib/json.ts';
import type { Bus, Ear } from './bus.ts';

/** More subjects than this are not remembered: what strangers say must not fill the memory. */
export const MOST_EARS = 20_000;

/** A handler for `Bus.subscribe` that does what `subscribeEach` does with `open`. */
export function eachSubject(open: Parameters<Bus['subscribeEach']>[1]): (message: JsonValue, subject: string) => void {
  const ears = new Map<string, Ear>();
  return (message, subject) => {
    let ear = ears.get(subject);
    if (ear === undefined) {
      ear = open(subject);
      if (ears.size < MOST_EARS) ears.set(subject, ear);
    }
    ear(message);
  };
}
