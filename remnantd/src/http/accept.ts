// What an Accept header wants, as webob reads it (acceptparse.py, RFC 7231): a header that is none counts as if anything were
// welcome, and a type with parameters of its own (`application/json;version=2.1`) is another type than the plain one.

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = String.raw`"(?:[\t !\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"`;
const NEXT = String.raw`[ \t]*;[ \t]*`;
const PARAMETER = `${NEXT}(?!q=)${TOKEN}=(?:${TOKEN}|${QUOTED})`;
const WEIGHT = String.raw`${NEXT}q=(?<quality>0(?:\.\d{0,3})?|1(?:\.0{0,3})?)`;
/** What stands behind the weight says nothing of the type. */
const EXTENSION = `${NEXT}${TOKEN}(?:=(?:${TOKEN}|${QUOTED}))?`;
const RANGE = `(?<name>${TOKEN}/${TOKEN})(?<parameters>(?:${PARAMETER})*)(?:${WEIGHT}(?:${EXTENSION})*)?`;
/** One range of the list, or none, up to the next comma or the end. */
const ITEM = new RegExp(String.raw`(?:${RANGE})?[ \t]*(?<end>,[ \t]*|$)`, 'iy');

const JSON_TYPE = 'application/json';
const COMPUTE_JSON = 'application/vnd.openstack.compute+json';
/** A path that ends so names a type itself, to Nova. */
const JSON_PATH = /(?:\.|%2[eE])json$/;

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

/** The type Nova gives its answers to a request for `path`: its own only to who wants it more than plain JSON. */
export function novaType(accept: string | undefined, path: string): string {
  if (JSON_PATH.test(path)) return JSON_TYPE;
  return qualityOf(accept, COMPUTE_JSON) > qualityOf(accept, JSON_TYPE) ? COMPUTE_JSON : JSON_TYPE;
}

/** The ranges that plain types can match; null for a header that is no list of ranges. */
function readRanges(accept: string): Range[] | null {
  const found: Range[] = [];
  for (let at = 0; at < accept.length; at = ITEM.lastIndex) {
    ITEM.lastIndex = at;
    const item = ITEM.exec(accept)?.groups;
    if (item === undefined) return null;
    const name = item['name']?.toLowerCase();
    // To webob the parameters of a range with a star narrow nothing.
    const isPlain = item['parameters'] === '' || name?.endsWith('/*') === true;
    if (name !== undefined && isPlain) found.push({ name, quality: Number(item['quality'] ?? 1) });
    if (item['end'] === '') break;
  }
  return found;
}
