// A flavor: the size of a server. A server keeps a copy of the one it was made with, so that a flavor may change or go.

/** A flavor; ram in MiB, disk and ephemeral in GiB, swap in MiB. */
export interface Flavor {
  /** Nova's flavorid: free text such as `1`. */
  readonly id: string;
  readonly name: string;
  readonly vcpus: number;
  readonly ram: number;
  readonly disk: number;
  readonly ephemeral: number;
  readonly swap: number;
  readonly rxtxFactor: number;
  readonly isPublic: boolean;
  readonly disabled: boolean;
  readonly description: string | null;
  readonly extraSpecs: Readonly<Record<string, string>>;
}

/** The part of a flavor that a server keeps. */
export type EmbeddedFlavor = Pick<
  Flavor,
  'id' | 'name' | 'vcpus' | 'ram' | 'disk' | 'ephemeral' | 'swap' | 'extraSpecs'
>;
