// The block devices of a new server. There are no volumes here: all there can be is the image on the host's own disk, which
// clients also write as a device. What is wrong is told as Nova tells it (nova/block_device.py, nova/compute/api.py).

import { fault } from '../../model/faults.ts';

/** A device as the schema lets it through. */
export interface BlockDevice {
  readonly uuid?: string;
  readonly source_type?: 'volume' | 'image' | 'snapshot' | 'blank';
  readonly destination_type?: 'local' | 'volume';
  readonly boot_index?: number | string | null;
  readonly volume_type?: string | null;
  readonly no_device?: unknown;
  readonly guest_format?: string;
}

/** The same of old. */
export interface LegacyBlockDevice {
  readonly volume_id?: string;
  readonly snapshot_id?: string;
}

/** What of a body says what a server boots from. */
export interface BootBody {
  readonly imageRef?: string;
  readonly block_device_mapping?: readonly LegacyBlockDevice[];
  readonly block_device_mapping_v2?: readonly BlockDevice[];
}

const invalid = (details: string) => fault('bad-request', { message: `Block Device Mapping is Invalid: ${details}` });
const BAD_SEQUENCE = 'Boot sequence for the instance and image/block device mapping combination is not valid.';

/** The image: by imageRef, or by the one device that clients write for "boot from this image". Fault bad-request. */
export function imageOf(body: BootBody): string {
  const { imageRef = '', block_device_mapping: legacy = [], block_device_mapping_v2: devices = [] } = body;
  if (legacy.length > 0 && devices.length > 0) {
    const message = 'Using different block_device_mapping syntaxes is not allowed in the same request.';
    throw fault('bad-request', { message });
  }
  for (const device of legacy) refuseLegacy(device);
  for (const device of devices) requireWellFormed(device);
  const images = devices.map(localImageOf);
  if (imageRef === '' && images.length === 0) throw fault('bad-request', { message: 'Missing imageRef attribute' });
  const [image = '', ...more] = new Set([...(imageRef === '' ? [] : [imageRef.toLowerCase()]), ...images]);
  if (more.length > 0 || images.length > 1) throw invalid(BAD_SEQUENCE);
  return imageRef === '' ? image : imageRef;
}

function refuseLegacy({ volume_id: volume, snapshot_id: snapshot }: LegacyBlockDevice): never {
  if (snapshot !== undefined) throw invalid(`failed to get snapshot ${snapshot}.`);
  if (volume !== undefined) throw invalid(`failed to get volume ${volume}.`);
  throw invalid('Unrecognized legacy format.');
}

function requireWellFormed(device: BlockDevice): void {
  const { uuid, source_type: source, destination_type: destination, volume_type: type } = device;
  if (source === 'blank' && uuid !== undefined) throw invalid('Invalid device UUID.');
  if (source !== 'blank' && uuid === undefined) throw invalid('Missing device UUID.');
  if (source === undefined) throw invalid('Some required fields are missing');
  if (destination === 'local' && type) {
    throw invalid('Specifying a volume_type with destination_type=local is not supported.');
  }
  if (source === 'volume' && type) throw invalid('Specifying volume type to existing volume is not supported.');
}

/** The image of a device that is a copy of it on the host's own disk, to boot from; all others cannot be. */
function localImageOf(device: BlockDevice): string {
  const { uuid = '', source_type: source, destination_type: destination = 'local', boot_index: at = 0 } = device;
  if (source === 'volume' || source === 'snapshot') throw invalid(`failed to get ${source} ${uuid}.`);
  if (destination === 'volume') throw invalid('there is no volume service');
  if (source === 'blank') throw invalid('You specified more local devices than the limit allows');
  if (Number(at ?? -1) !== 0) throw invalid('Mapping image to local is not supported.');
  return uuid.toLowerCase();
}
