// The names that the disks and network cards of a running domain have in its XML, as its counters are asked for.

/** Disks, such as `vda`. */
export function blockTargets(xml: string): string[] {
  return targets(xml, /<disk [^]*?<\/disk>/g);
}

/** Network cards, such as `vnet3`: only those with a device on the host have counters. */
export function networkTargets(xml: string): string[] {
  return targets(xml, /<interface [^]*?<\/interface>/g);
}

function targets(xml: string, device: RegExp): string[] {
  return [...xml.matchAll(device)].flatMap(([text]) => /<target dev='([^'&]+)'/.exec(text)?.[1] ?? []);
}
