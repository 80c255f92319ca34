// The recorded answers that Remnant does not give, by reason. This list may only get shorter: a case on it that passes
// fails the replay.

import type { RECORDINGS } from './recorded-file.ts';

/** Reasons, and the names of the cases of the first recording. */
export const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'Nova looked for the project in Keystone, and had none there': ['res-os-quota-sets-golden'],
  'no server is shelved here, and there is no such action': ['action-unshelve-on-active'],
  "a hypervisor has its service's number, and is listed in that order: Nova numbers them apart": ['res-os-hypervisors'],
};

/** The same for the other recordings, by the numbers their cases' names begin with. */
export const MORE_EXCEPTIONS: Readonly<
  Record<(typeof RECORDINGS)[number], Readonly<Record<string, readonly number[]>>>
> = {
  reads: {
    "another project's server is not there (R5); Nova says 403 where tags are asked for": [
      171, 176, 181, 186, 339, 344, 349, 354, 4671, 4672, 4673, 4674, 4689, 4690, 4691, 4692, 4707, 4708, 4709, 4710,
      4725, 4726, 4727, 4728, 4761, 4762, 4763, 4764, 4779, 4780, 4781, 4782, 4797, 4798, 4799, 4800, 4825, 4826, 4827,
      4828,
    ],
    'Nova looks for addresses in Neutron, and had none there': [1188, 1194, 1218, 1228],
    'in the database of that run no value was the word None to a pattern': [1295],
    'version documents with a microversion or another path, as the run had them mounted': [2338, 2340, 3039],
    'two actions of the same second: Nova gives them in the order of the database': [2436],
  },
  writes: {
    'Nova had no Neutron to ask for addresses': [9066],
    'two actions of the same second: Nova gives them in the order of the database': [9094],
    'the run did not decode UTF-8 in a path, as a WSGI server does': [9118, 9121],
  },
  'services-and-dumps': {},
};
