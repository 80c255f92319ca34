// A start that cannot succeed until somebody changes something: told in one line that names the key it is about, not as a
// stack of our own code.

/** The message names a key of the configuration and what is wrong with what it says. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Runs `work`; what it throws becomes a StartError about `key`. */
export async function startingWith<T>(key: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new StartError(`${key}: ${(error as Error).message}`, { cause: error });
  }
}

/** Why nobody can listen on `address`, in words about the keys that say where. */
export function listenError(
  error: unknown,
  keys: { readonly host: string; readonly port: string },
  address: string,
): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const because = { cause: error };
  if (code === 'EADDRINUSE') return new StartError(`${keys.port}: ${address} is in use by another program`, because);
  if (code === 'EACCES') return new StartError(`${keys.port}: this user may not listen on ${address}`, because);
  return NOT_OURS.has(code) ? new StartError(`${keys.host}: ${address} is no address of this machine`, because) : error;
}

const NOT_OURS: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL']);
