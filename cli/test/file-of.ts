// A file of a dump as the API gives it.

import type { Artefact } from '@remnant/client';

/** A file called `id`: a small one of a guest, whole, with no kernel log. */
export function fileOf(id: string, more: Partial<Artefact> = {}): Artefact {
  return {
    id,
    source: 'guest',
    format: 'flattened',
    bytes: 1,
    sha256: 'x',
    file_name: 'x',
    over_quota: false,
    created_at: '2026-11-21T10:00:00.000000',
    expires_at: null,
    deleted_at: null,
    dmesg_bytes: null,
    extract_error: null,
    ...more,
  };
}
