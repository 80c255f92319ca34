// Why a dump that a hypervisor wrote is none.

/** What came is not what the format promises. `message` is for people, and holds nothing of the guest's memory. */
export class MemoryFault extends Error {
  override readonly name = 'MemoryFault';
}
