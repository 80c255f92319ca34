// What of an image decides how a server boots.

/** An image's properties by Glance's names, e.g. `os_command_line`; a driver reads those it knows. */
export type BootProperties = Readonly<Record<string, string>>;

/** The kernel command line of an image with these properties, or an empty one (Nova's libvirt driver: os_command_line). */
export function commandLine(properties: BootProperties): string {
  return properties['os_command_line'] ?? '';
}
