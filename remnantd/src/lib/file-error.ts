// Why a file could not be used, for a message that has named it already: Node's own words end with the call and the path.

/** The message of `error`, without the call and the path that Node adds to it: `ENOENT: no such file or directory`. */
export function fileErrorText(error: unknown): string {
  const { message, syscall } = error as NodeJS.ErrnoException;
  const end = syscall === undefined ? -1 : message.indexOf(`, ${syscall}`);
  return end < 0 ? message : message.slice(0, end);
}
