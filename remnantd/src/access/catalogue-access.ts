// What everyone who is signed in may see: flavors and images.

import { findFlavor, pageOfFlavors } from '../db/flavors.ts';
import type { Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import type { Flavor } from '../model/flavor.ts';
import type { FlavorPage } from '../model/flavor-query.ts';
import { asId } from '../model/ids.ts';
import type { Image } from '../model/image.ts';
import type { Images } from '../ports/images.ts';

/** What of a page of flavors everyone may choose; `isPublic` is heeded for admins alone. */
export type FlavorPageQuery = Omit<FlavorPage, 'disabledToo' | 'after'> & { readonly marker: string | null };

/** Flavors and images. */
export interface CatalogueAccess {
  /** One page of flavors; for others than admins of those that are public and can be used. Fault marker-not-found. */
  flavors(caller: Caller, query: FlavorPageQuery): Promise<readonly Flavor[]>;
  /** Fault flavor-not-found. */
  flavor(caller: Caller, id: string): Promise<Flavor>;
  /** The flavor a caller may make servers of, by id; null when there is none for them, or it is disabled. */
  usableFlavor(caller: Caller, id: string): Promise<Flavor | null>;
  images(): Promise<readonly Image[]>;
  /** Fault image-not-found. */
  image(id: string): Promise<Image>;
}

/** No rule stands before flavors: being an admin counts only with a token that is not for one domain alone. */
function seesAll(caller: Caller): boolean {
  return caller.isAdmin && caller.domainScope === null;
}

/** Opens the way to the catalogue. */
export function catalogueAccess(store: Store, images: Images): CatalogueAccess {
  const visible = async (caller: Caller, id: string): Promise<Flavor | null> => {
    const flavor = await findFlavor(store.read, id);
    return flavor !== null && (seesAll(caller) || flavor.isPublic) ? flavor : null;
  };
  return {
    flavors: async (caller, { marker, ...query }) => {
      if (marker !== null && (await visible(caller, marker)) === null) throw fault('marker-not-found', { marker });
      const isPublic = seesAll(caller) ? query.isPublic : true;
      return pageOfFlavors(store.read, { ...query, isPublic, disabledToo: seesAll(caller), after: marker });
    },
    flavor: async (caller, id) => {
      const flavor = await visible(caller, id);
      if (flavor === null) throw fault('flavor-not-found', { id });
      return flavor;
    },
    usableFlavor: async (caller, id) => {
      const flavor = await visible(caller, id);
      return flavor?.disabled === false ? flavor : null;
    },
    images: () => images.list(),
    image: async (id) => {
      const image = await images.find(asId(id));
      if (image === null) throw fault('image-not-found', { id });
      return image;
    },
  };
}
