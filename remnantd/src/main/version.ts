// The version of this program, as its package says.

import { readFileSync } from 'node:fs';

const about = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/** E.g. `0.1.0`. */
export const VERSION = about.version;
