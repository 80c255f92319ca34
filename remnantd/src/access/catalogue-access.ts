// What everyone who is signed in may see: flavors and images.

import { allFlavors, findFlavor } from '../db/flavors.ts';
import type { Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import type { Flavor } from '../model/flavor.ts';
import { asId } from '../model/ids.ts';
import type { Image } from '../model/image.ts';
import type { Images } from '../ports/images.ts';

/** Flavors and images. */
export interface CatalogueAccess {
  /** Flavors by id; those that are not public only for admins. */
  flavors(caller: Caller): Promise<readonly Flavor[]>;
  /** Fault flavor-not-found. */
  flavor(caller: Caller, id: string): Promise<Flavor>;
  /** The flavor a caller may make servers of, by id; null when there is none for them, or it is disabled. */
  usableFlavor(caller: Caller, id: string): Promise<Flavor | null>;
  images(): Promise<readonly Image[]>;
  /** Fault image-not-found. */
  image(id: string): Promise<Image>;
}

/** Opens the way to the catalogue. */
export function catalogueAccess(store: Store, images: Images): CatalogueAccess {
  const visible = (caller: Caller, flavor: Flavor) => caller.isAdmin || flavor.isPublic;
  return {
    flavors: async (caller) => (await allFlavors(store.read)).filter((flavor) => visible(caller, flavor)),
    flavor: async (caller, id) => {
      const flavor = await findFlavor(store.read, id);
      if (flavor === null || !visible(caller, flavor)) throw fault('flavor-not-found', { id });
      return flavor;
    },
    usableFlavor: async (caller, id) => {
      const flavor = await findFlavor(store.read, id);
      return flavor === null || flavor.disabled || !visible(caller, flavor) ? null : flavor;
    },
    images: () => images.list(),
    image: async (id) => {
      const image = await images.find(asId(id));
      if (image === null) throw fault('image-not-found', { id });
      return image;
    },
  };
}
