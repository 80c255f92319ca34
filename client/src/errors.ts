// Everything a call can fail with: a refusal of the API, told in one of its four forms, no answer at all, a service that is
// too old for the call, or a cloud that is not described well enough to ask.

/** The API said no. `message` is its own text. */
export class RemnantApiError extends Error {
  override readonly name = 'RemnantApiError';
  readonly status: number;
  /** Under which the service logged it; null if it told none. */
  readonly requestId: string | null;
  /** The operation that was refused, e.g. `servers.show`. */
  readonly operation: string;

  constructor(operation: string, status: number, message: string, requestId: string | null) {
    super(message);
    this.operation = operation;
    this.status = status;
    this.requestId = requestId;
  }
}

/** No usable answer came: the address, the network, the time limit, or a cloud without the service asked for. */
export class RemnantConnectionError extends Error {
  override readonly name = 'RemnantConnectionError';
  /** True if the time limit ended it; whether the call had an effect is then not known. */
  readonly timedOut: boolean;

  constructor(message: string, options: { readonly timedOut?: boolean; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.timedOut = options.timedOut ?? false;
  }
}

/** The description of the cloud is not enough to sign in with, or is wrong. Nothing was sent. */
export class RemnantCloudError extends Error {
  override readonly name = 'RemnantCloudError';
}

/** The Compute API does not speak the microversion that a call wants. Nothing was asked of it. */
export class RemnantVersionError extends Error {
  override readonly name = 'RemnantVersionError';
  readonly operation: string;
  /** What the call wants, `2.N`. */
  readonly wanted: string;
  /** What the service speaks. */
  readonly spoken: { readonly min: string; readonly max: string };

  constructor(operation: string, wanted: string, spoken: { readonly min: string; readonly max: string }) {
    super(`${operation} wants microversion ${wanted}, and this Compute API speaks ${spoken.min} to ${spoken.max}`);
    this.operation = operation;
    this.wanted = wanted;
    this.spoken = spoken;
  }
}

/** The public text of a fault in any of its forms: Nova's, Keystone's and Remnant's `{x: {message}}`, Glance's `{message}`. */
export function faultText(status: number, body: string): string {
  const value = parsed(body);
  if (typeof value === 'object' && value !== null) {
    const own = messageIn(value);
    const inner = Object.values(value).map(messageIn);
    const found = [own, ...inner].find((text) => text !== null);
    if (found !== undefined && found !== null) return plain(found);
  }
  const text = typeof value === 'string' ? plain(value) : '';
  return text === '' ? `HTTP ${status}` : text;
}

function messageIn(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const { message } = value as { message?: unknown };
  return typeof message === 'string' ? message : null;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

/** One line, without the markup that routers write. */
function plain(text: string): string {
  return text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 1000);
}
