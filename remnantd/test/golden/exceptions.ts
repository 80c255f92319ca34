// The recorded answers that Remnant does not give, by reason. This list may only get shorter: a case on it that passes
// fails the replay.

/** Reasons, and the names of the cases. */
export const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'deliberate: without a token it is 401; the recorded Nova ran without Keystone': ['show-no-token'],
  'deliberate: a time filter finds the servers of that time; Nova compares it as text and finds none': [
    'list-created-at',
  ],
  'the ip filter: servers here have no addresses, so it finds none': ['list-ip', 'list-ip-member'],
  'DELETE /os-services: no such operation yet': [
    'service-delete-missing',
    'service-delete-word',
    'service-delete-number',
    'service-delete-member',
    'service-delete-in-use',
  ],
  'suspend, resume: no such operation yet': ['action-suspend-on-suspended', 'action-resume-on-active'],
  'unshelve: no such operation yet': ['action-unshelve-on-active'],
  'confirmResize: no such operation yet': ['action-confirmResize-on-active'],
  'reboot: no such operation yet': ['action-reboot-bad'],
  'os-resetState: no such operation yet': ['action-reset-state-member'],
  "a server's sub-resources: no such operations yet": [
    'sub-ips',
    'sub-ips-private',
    'sub-metadata',
    'sub-tags',
    'sub-migrations',
    'sub-os-server-password',
  ],
  'other resources: no such operations yet': [
    'res-os-hypervisors',
    'res-limits',
    'res-os-availability-zone-detail',
    'res-os-keypairs',
    'res-extensions',
    'res-os-quota-sets-golden',
    'res-os-migrations',
  ],
};
