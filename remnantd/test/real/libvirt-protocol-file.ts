// Reads libvirt's protocol files (XDR language, RFC 4506 section 6, as far as libvirt uses it) and spells each type the way
// the driver's codecs spell theirs: `layout` strings that can be compared.

/** What a set of protocol files and headers declares. */
export class ProtocolFile {
  readonly #constants = new Map<string, string>();
  readonly #enums = new Set<string>();
  /** Procedures behind whose result bytes come. */
  readonly #readStreams: ReadonlySet<string>;
  /** Declarations by the name they declare: a typedef has one, a struct several. */
  readonly #structs = new Map<string, readonly string[]>();
  readonly #typedefs = new Map<string, string>();

  constructor(text: string) {
    // What becomes of a call besides its layout is said in the comment before its number.
    const streams = text.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s*(REMOTE_PROC_\w+)\s*=/g);
    this.#readStreams = new Set(
      [...streams].flatMap(([, said = '', name = '']) => (/@readstream: \d/.test(said) ? [name] : [])),
    );
    const source = text.replaceAll(/\/\*[^]*?\*\/|\/\/.*|^%.*|^#.*/gm, '');
    for (const [, name, value] of source.matchAll(/\b([A-Z]\w+)\s*=\s*([^,;}]+)/g)) {
      if (name !== undefined && value !== undefined) this.#constants.set(name, value.trim());
    }
    for (const [, body = ''] of source.matchAll(/\benum\b[^{;]*\{([^{}]*)\}/g)) this.#count(body);
    for (const [, name] of source.matchAll(/\benum\s+(\w+)\s*\{/g)) if (name !== undefined) this.#enums.add(name);
    for (const [, declaration = ''] of source.matchAll(/\btypedef\s+([^;{}]+);/g)) {
      this.#typedefs.set(nameOf(declaration), declaration);
    }
    for (const [, name = '', body = ''] of source.matchAll(/\bstruct\s+(\w+)\s*\{([^{}]*)\}/g)) {
      this.#structs.set(
        name,
        body
          .split(';')
          .map((each) => each.trim())
          .filter((each) => each !== ''),
      );
    }
  }

  /** Members of an enum without a number of their own count on from the one before. */
  #count(body: string): void {
    let next = 0;
    for (const member of body.split(',').map((each) => each.trim())) {
      const [name = '', value] = member.split('=').map((each) => each.trim());
      if (!/^\w+$/.test(name)) continue;
      if (value === undefined) this.#constants.set(name, String(next));
      const number = Number(this.#constants.get(name));
      next = Number.isNaN(number) ? Number.NaN : number + 1;
    }
  }

  /** The number that `name` stands for: a constant or a member of an enum. */
  constant(name: string): number {
    const value = this.#constants.get(name) ?? name;
    const shift = /^\(?\s*(\d+)\s*<<\s*(\d+)\s*\)?$/.exec(value);
    const number = shift === null ? Number(value) : Number(shift[1]) << Number(shift[2]);
    if (value === '' || Number.isNaN(number)) throw new Error(`${name} is no number: ${value}`);
    return number;
  }

  /** Whether bytes come behind the result of the procedure whose number is called `name`. */
  isReadStream(name: string): boolean {
    return this.#readStreams.has(name);
  }

  /** The layout of struct `name`; empty when there is none, as for a procedure without arguments. */
  struct(name: string): string {
    const fields = this.#structs.get(name);
    return fields === undefined
      ? ''
      : `{${fields.map((field) => `${camel(nameOf(field))} ${this.#layout(field)}`).join(', ')}}`;
  }

  /** The layout of what one declaration declares, e.g. `remote_nonnull_domain domains<REMOTE_DOMAIN_LIST_MAX>`. */
  #layout(declaration: string): string {
    const parts = /^(.+?)\s*(\*?)\s*\b\w+\s*(?:([<[])\s*(\w+)\s*[>\]])?$/.exec(declaration);
    if (parts === null) throw new Error(`cannot read: ${declaration}`);
    const [, type = '', pointer, bracket, bound = ''] = parts;
    const size = bracket === undefined ? '' : bracket === '<' ? `<${this.#bound(bound)}>` : `[${this.#bound(bound)}]`;
    return `${this.#type(type)}${size}${pointer === '*' ? '?' : ''}`;
  }

  #bound(name: string): number {
    // Declared in a C header that is no part of the protocol.
    return name === 'VIR_UUID_BUFLEN' ? 16 : this.constant(name);
  }

  #type(name: string): string {
    if (name === 'unsigned') return 'unsigned int';
    if (this.#enums.has(name)) return 'int';
    const typedef = this.#typedefs.get(name);
    if (typedef !== undefined) return this.#layout(typedef);
    return this.#structs.has(name) ? this.struct(name) : name;
  }
}

/** The name that a declaration declares. */
function nameOf(declaration: string): string {
  return /(\w+)\s*(?:[<[][^>\]]*[>\]])?$/.exec(declaration.trim())?.[1] ?? '';
}

/** `need_results` as `needResults`. */
function camel(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
