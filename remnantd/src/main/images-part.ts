// Where images come from: a folder, or a Glance with a token of our own. Only here is it known which.

import { join } from 'node:path';
import type { TokenSource } from '../adapters/glance/glance-client.ts';
import { glanceImages } from '../adapters/glance/glance-images.ts';
import { imageFolder } from '../adapters/image-folder.ts';
import type { GlanceConfig } from '../config/glance.ts';
import { fault } from '../model/faults.ts';
import type { Clock } from '../ports/clock.ts';
import type { Images } from '../ports/images.ts';
import { ImagesUnavailable } from '../ports/images.ts';
import { checkPassword } from './keystone-part.ts';
import { loadCa } from './pem-files.ts';
import { serviceToken } from './service-token.ts';

/** Images that may have to be let go of. */
export interface OpenImages {
  readonly images: Images;
  close(): void;
}

interface ImagesConfig {
  readonly state_dir: string;
  readonly images: { readonly folder: string | null; readonly glance: GlanceConfig | null };
}

/** Opens them. Throws StartError when a file that the configuration names cannot be used; a Glance that is down is none. */
export function openImages(
  { state_dir: stateDir, images: { folder, glance } }: ImagesConfig,
  clock: Clock,
  onError: (what: string, error: unknown) => void,
): OpenImages {
  if (glance === null) return { images: imageFolder(folder ?? join(stateDir, 'images'), onError), close: () => {} };
  checkGlancePassword(glance);
  const ca = glanceCa(glance);
  const token = tokenOf(glance, clock, ca);
  const images = glanceImages({
    clock,
    url: glance.url.replace(/\/+$/, '').replace(/\/v2$/, ''),
    token: token.source,
    timeoutMs: glance.timeout * 1000,
    retries: glance.retries,
    ca,
    cacheMs: glance.cache_time * 1000,
    folder: glance.cache_folder ?? join(stateDir, 'image-cache'),
    mostBytes: glance.cache_size,
  });
  const close = () => {
    images.close();
    token.close();
  };
  return { images, close };
}

/** Throws StartError where the password for Glance cannot be read. */
export function checkGlancePassword({ keystone }: GlanceConfig): void {
  if (keystone !== null) checkPassword('images.glance.keystone', keystone);
}

/** The authorities to trust for Glance. Throws StartError. */
export function glanceCa({ ca_file: file }: GlanceConfig): Buffer | null {
  return loadCa('images.glance.ca_file', file);
}

/** The same for the API: images that cannot be asked for are a 503. */
export function imagesForApi(images: Images): Images {
  const asFault = (error: unknown) => {
    throw error instanceof ImagesUnavailable ? fault('images-unavailable') : error;
  };
  return {
    list: () => images.list().catch(asFault),
    find: (id) => images.find(id).catch(asFault),
    files: (id) => images.files(id).catch(asFault),
  };
}

function tokenOf(
  { keystone, timeout }: GlanceConfig,
  clock: Clock,
  ca: Buffer | null,
): { readonly source: TokenSource; close(): void } {
  if (keystone === null) return { source: { get: async () => null, drop: () => {} }, close: () => {} };
  const token = serviceToken(keystone, clock, timeout * 1000, ca);
  return { source: token, close: () => token.close() };
}
