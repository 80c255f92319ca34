// What everyone who is signed in may see: images, and flavors that are public or were given to their project.

import { isFlavorOpenTo, projectsOfFlavor } from '../db/flavor-access.ts';
import { findFlavor, pageOfFlavors } from '../db/flavors.ts';
import type { Db, Store } from '../db/store.ts';
import type { Caller } from '../model/caller.ts';
import { fault } from '../model/faults.ts';
import type { Flavor } from '../model/flavor.ts';
import type { FlavorPage } from '../model/flavor-query.ts';
import type { ProjectId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Image } from '../model/image.ts';
import { isOpenTo } from '../model/image.ts';
import type { Images } from '../ports/images.ts';

/** What of a page of flavors everyone may choose; `isPublic` is heeded for admins alone. */
export type FlavorPageQuery = Omit<FlavorPage, 'disabledToo' | 'openTo' | 'after'> & { readonly marker: string | null };

/** Flavors and images. */
export interface CatalogueAccess {
  /** One page of flavors; for others than admins of those that they may use. Fault marker-not-found. */
  flavors(caller: Caller, query: FlavorPageQuery): Promise<readonly Flavor[]>;
  /** Fault flavor-not-found. */
  flavor(caller: Caller, id: string): Promise<Flavor>;
  /** The same inside a transaction. */
  flavorAgain(tx: Db, caller: Caller, id: string): Promise<Flavor>;
  /** The projects that a flavor which is not public was given to. Who may know that is asked before. */
  projectsOf(flavor: Flavor): Promise<readonly ProjectId[]>;
  /** The same; null when there is none for the caller. Disabled ones too. */
  visibleFlavor(tx: Db, caller: Caller, id: string): Promise<Flavor | null>;
  /** The flavor a caller may make servers of, by id; null when there is none for them, or it is disabled. */
  usableFlavor(caller: Caller, id: string): Promise<Flavor | null>;
  /** Those that everybody may use, and the caller's project's own. */
  images(caller: Caller): Promise<readonly Image[]>;
  /** Fault image-not-found. */
  image(caller: Caller, id: string): Promise<Image>;
}

/** No rule stands before flavors: being an admin counts only with a token that is not for one domain alone. */
function seesAll(caller: Caller): boolean {
  return caller.isAdmin && caller.domainScope === null;
}

/** Opens the way to the catalogue. */
export function catalogueAccess(store: Store, images: Images): CatalogueAccess {
  const visible = async (db: Db, caller: Caller, id: string): Promise<Flavor | null> => {
    const flavor = await findFlavor(db, id);
    if (flavor === null || flavor.isPublic || seesAll(caller)) return flavor;
    const { projectId } = caller;
    return projectId !== null && (await isFlavorOpenTo(db, id, projectId)) ? flavor : null;
  };
  const found = async (db: Db, caller: Caller, id: string): Promise<Flavor> => {
    const flavor = await visible(db, caller, id);
    if (flavor === null) throw fault('flavor-not-found', { id });
    return flavor;
  };
  return {
    flavors: async (caller, { marker, ...query }) => {
      const { read } = store;
      if (marker !== null && (await visible(read, caller, marker)) === null)
        throw fault('marker-not-found', { marker });
      const isPublic = seesAll(caller) ? query.isPublic : true;
      // Those of one's own project come with the public ones.
      const openTo = isPublic === true ? caller.projectId : null;
      return pageOfFlavors(read, { ...query, isPublic, openTo, disabledToo: seesAll(caller), after: marker });
    },
    flavor: (caller, id) => found(store.read, caller, id),
    flavorAgain: (tx, caller, id) => found(tx, caller, id),
    projectsOf: (flavor) => projectsOfFlavor(store.read, flavor.id),
    visibleFlavor: visible,
    usableFlavor: async (caller, id) => {
      const flavor = await visible(store.read, caller, id);
      return flavor?.disabled === false ? flavor : null;
    },
    images: async (caller) => (await images.list()).filter((image) => isOpenTo(image, caller.projectId)),
    image: async (caller, id) => {
      const image = await images.find(asId(id));
      if (image === null || !isOpenTo(image, caller.projectId)) throw fault('image-not-found', { id });
      return image;
    },
  };
}
