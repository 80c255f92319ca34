// The program of a process that is many hosts. It does what its parent says and ends with it; killed, all its hosts die at once.

import type { WireHostsOptions, WireStats } from './wire-hosts.ts';
import { WireHosts } from './wire-hosts.ts';

/** What it is told. */
export type ToHosts =
  | { readonly do: 'start'; readonly options: WireHostsOptions }
  | { readonly do: 'greet' }
  | { readonly do: 'silence'; readonly names: readonly string[] }
  | { readonly do: 'stats'; readonly reset: boolean };
/** What it tells. */
export type FromHosts =
  | { readonly is: 'beating' }
  | { readonly is: 'met' }
  | { readonly is: 'stats'; readonly stats: WireStats }
  | { readonly is: 'lost'; readonly why: string };

let hosts: WireHosts | null = null;
const tell = (message: FromHosts) => void process.send?.(message);

const lost = (error: unknown) => tell({ is: 'lost', why: String(error) });

process.on('disconnect', () => process.exit());
process.on('message', (message: ToHosts) => {
  if (message.do === 'start') {
    hosts = new WireHosts(message.options);
    hosts.start(lost).then(() => tell({ is: 'beating' }), lost);
  } else if (message.do === 'greet') void hosts?.greet().then(() => tell({ is: 'met' }));
  else if (message.do === 'silence') hosts?.silence(message.names);
  else if (hosts !== null) {
    tell({ is: 'stats', stats: hosts.stats() });
    if (message.reset) hosts.reset();
  }
});
