// The recorded answers that Remnant does not give, by reason. This list may only get shorter: a case on it that passes
// fails the replay.

/** Reasons, and the names of the cases. */
export const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'suspend, resume: no such operation yet': ['action-suspend-on-suspended', 'action-resume-on-active'],
  'unshelve: no such operation yet': ['action-unshelve-on-active'],
  'confirmResize: no such operation yet': ['action-confirmResize-on-active'],
  'reboot: no such operation yet': ['action-reboot-bad'],
  'os-resetState: no such operation yet': ['action-reset-state-member'],
  "a server's sub-resources: no such operations yet": ['sub-migrations', 'sub-os-server-password'],
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
