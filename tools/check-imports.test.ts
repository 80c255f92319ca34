import { describe, expect, it } from 'vitest';
import { checkImports, importsOf, roomOf } from './check-imports.ts';

const one = (path: string, text: string) => checkImports([{ path, text }]);
const from = (path: string, specifier: string) => one(path, `import { x } from '${specifier}';\n`);

describe('importsOf', () => {
  it('finds every form with the line of its quotes', () => {
    const text = [
      "import { a } from './a.ts';",
      'import {',
      '  b,',
      "} from './b.ts';",
      "import type { C } from './c.ts';",
      "export { d } from './d.ts';",
      "import './e.ts';",
      "const f = await import('./f.ts');",
      "let g: import('./g.ts').G;",
    ].join('\n');
    expect(importsOf(text)).toEqual([
      { specifier: './a.ts', line: 1 },
      { specifier: './b.ts', line: 4 },
      { specifier: './c.ts', line: 5 },
      { specifier: './d.ts', line: 6 },
      { specifier: './e.ts', line: 7 },
      { specifier: './f.ts', line: 8 },
      { specifier: './g.ts', line: 9 },
    ]);
  });

  it('is not fooled by comments and plain exports', () => {
    expect(importsOf("// import { a } from './a.ts';\nexport const from = 'x';\n * import y from 'y'")).toEqual([]);
  });
});

describe('roomOf', () => {
  it.each([
    ['remnantd/src/model/ids.ts', 'model'],
    ['remnantd/src/db/dialects/sqlite.ts', 'db/dialects'],
    ['remnantd/src/drivers/driver.ts', 'drivers/driver.ts'],
    ['remnantd/src/drivers/libvirt/xdr/codec.ts', 'drivers/libvirt'],
    ['remnantd/src/adapters/memory-bus.test.ts', 'adapters/memory-bus'],
    ['remnantd/src/adapters/nats-bus/connect.ts', 'adapters/nats-bus'],
    ['remnantd/test/api/x.test.ts', 'test'],
    ['client/src/client.ts', 'client'],
  ])('%s is in %s', (path, room) => {
    expect(roomOf(path)).toBe(room);
  });
});

describe('checkImports', () => {
  it('prints path, line, rooms and the reason of the wall', () => {
    expect(
      one('remnantd/src/api/servers/list.ts', "// x\n\nimport type { Row } from '../../db/servers.ts';\n"),
    ).toEqual([
      'remnantd/src/api/servers/list.ts:3  api -> db  forbidden: no row without authorisation: an operation reads through access and writes through app, never db',
    ]);
  });

  it.each([
    ['remnantd/src/app/servers/reboot.ts', '../../access/servers.ts'],
    ['remnantd/src/access/images.ts', '../ports/images.ts'],
    ['remnantd/src/agent/runner.ts', '../drivers/driver.ts'],
    ['remnantd/src/drivers/sim/sim.ts', '../driver.ts'],
    ['remnantd/src/drivers/sim/sim.ts', './guest.ts'],
    ['remnantd/src/drivers/registry.ts', './sim/sim.ts'],
    ['remnantd/src/db/dialects/sqlite.ts', '../schema.ts'],
    ['remnantd/src/db/open.ts', './dialects/sqlite.ts'],
    ['remnantd/src/main/all-in-one.ts', '../drivers/libvirt/libvirt.ts'],
    ['remnantd/src/main/all-in-one.ts', '../db/dialects/sqlite.ts'],
    ['remnantd/src/app/servers/reboot.test.ts', '../../../test/world.ts'],
    ['remnantd/src/ports/bus.contract.ts', 'vitest'],
    ['remnantd/src/drivers/sim/sim.test.ts', '../conformance.ts'],
    ['remnantd/src/drivers/sim/sim.test.ts', '${folder}/guest.ts'],
    ['remnantd/src/drivers/conformance.ts', 'vitest'],
    ['remnantd/src/policy/parse.test.ts', 'fast-check'],
    ['remnantd/src/db/servers.ts', 'kysely'],
    ['remnantd/src/db/dialects/sqlite.ts', 'better-sqlite3'],
    ['remnantd/src/adapters/builtin-identity/tokens.ts', 'kysely'],
    ['remnantd/src/agent/ledger.ts', 'node:fs'],
    ['client/src/client.ts', '../../openapi/remnant.json'],
    ['cli/src/main.ts', '@remnant/client'],
  ])('%s may import %s', (path, specifier) => {
    expect(from(path, specifier)).toEqual([]);
  });

  it.each([
    ['remnantd/src/lib/bytes.ts', '../model/ids.ts', 'lib -> model'],
    ['remnantd/src/app/servers/reboot.ts', '../../drivers/driver.ts', 'app -> drivers/driver.ts'],
    ['remnantd/src/app/servers/reboot.ts', '../../http/faults.ts', 'app -> http'],
    ['remnantd/src/agent/runner.ts', '../drivers/sim/sim.ts', 'agent -> drivers/sim'],
    ['remnantd/src/agent/runner.ts', '../db/servers.ts', 'agent -> db'],
    ['remnantd/src/drivers/sim/sim.ts', '../libvirt/xdr.ts', 'drivers/sim -> drivers/libvirt'],
    ['remnantd/src/adapters/memory-bus.ts', './nats-bus/connect.ts', 'adapters/memory-bus -> adapters/nats-bus'],
    ['remnantd/src/db/servers.ts', 'better-sqlite3', 'db -> better-sqlite3'],
    ['remnantd/src/access/servers.ts', 'kysely', 'access -> kysely'],
    ['remnantd/src/model/clock.ts', 'node:timers', 'model -> node:timers'],
    ['remnantd/src/model/ids.ts', 'left-pad', 'model -> left-pad'],
    ['remnantd/src/model/ids.ts', 'vitest', 'model -> vitest'],
    ['remnantd/src/model/ids.ts', './ids.test.ts', 'model -> remnantd/src/model/ids.test.ts'],
    ['remnantd/src/app/x.ts', '../../test/world.ts', 'app -> remnantd/test/world.ts'],
    ['remnantd/src/model/ids.ts', './other', 'model -> ./other'],
    ['remnantd/src/cellar/x.ts', '../model/ids.ts', 'cellar -> model'],
    ['client/src/client.ts', '../../remnantd/src/model/ids.ts', 'client -> model'],
    ['cli/src/main.ts', '../../client/src/client.ts', 'cli -> client'],
  ])('%s may not import %s', (path, specifier, rooms) => {
    const found = from(path, specifier);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${path}:1  ${rooms}  forbidden: `);
  });
});
