// A server's own host name out of its display name, as Nova makes it (nova/utils.py sanitize_hostname).

const LONGEST = 63;

/** At most 63 characters of letters, digits and dashes in lower case; empty when nothing of `name` is left. */
export function hostnameFor(name: string): string {
  return name
    .replaceAll(/[^\0-\u00ff]/g, '')
    .slice(0, LONGEST)
    .replaceAll(/[ _.]/g, '-')
    .replaceAll(/[^\p{L}\p{N}-]/gu, '')
    .toLowerCase()
    .replaceAll(/^-+|-+$/g, '');
}
