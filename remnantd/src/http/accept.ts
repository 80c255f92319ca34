// What an Accept header wants, as webob reads it (RFC 7231): a header that is none counts as if anything were welcome, and
// a range with parameters of its own is for no plain type.

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAMETER = String.raw`\s*;\s*${TOKEN}=(?:${TOKEN}|"(?:[^"\\]|\\.)*")`;
const RANGE = new RegExp(`^(?<name>${TOKEN}/${TOKEN})(?<parameters>(?:${PARAMETER})*)$`);
const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

const JSON_TYPE = 'application/json';
const COMPUTE_JSON = 'application/vnd.openstack.compute+json';

/** One range: `*` may stand for either half of its name. */
interface Range {
  readonly name: string;
  readonly quality: number;
}

/** How much `type` is wanted, 0 to 1: by its most exact range, 0 without a header, and 1 by a header that cannot be read. */
export function qualityOf(accept: string | undefined, type: string): number {
  const ranges = readRanges(accept ?? '');
  if (ranges === null) return 1;
  const inTurn = [type, `${type.split('/')[0]}/*`, '*/*'];
  return inTurn.map((name) => ranges.find((range) => range.name === name)?.quality).find((q) => q !== undefined) ?? 0;
}

/** The type Nova gives its answers: its own only to who wants it more than plain JSON. */
export function novaType(accept: string | undefined): string {
  return qualityOf(accept, COMPUTE_JSON) > qualityOf(accept, JSON_TYPE) ? COMPUTE_JSON : JSON_TYPE;
}

/** The ranges that plain types can match; null for a header that is no list of ranges. */
function readRanges(accept: string): Range[] | null {
  const found: Range[] = [];
  for (const part of accept.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const range = RANGE.exec(part)?.groups;
    if (range === undefined) return null;
    const parameters = (range['parameters'] ?? '').split(';').slice(1);
    const at = parameters.findIndex((one) => one.trim().toLowerCase().startsWith('q='));
    const quality = parameters[at]?.trim().slice('q='.length) ?? '1';
    if (!WEIGHT.test(quality)) return null;
    // What stands before the weight is the range's own.
    const isPlain = parameters.length === 0 || at === 0;
    if (isPlain) found.push({ name: (range['name'] ?? '').toLowerCase(), quality: Number(quality) });
  }
  return found;
}
