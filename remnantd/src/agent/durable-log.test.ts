// The durable log on a real disk: what was appended is there after a kill at any byte, and damage is never read over.

import { execFile } from 'node:child_process';
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import type { JsonValue } from '../lib/json.ts';
import { openDurableLog } from './durable-log.ts';

const path = () => join(tempDir(), 'deep', 'er', 'log.jsonl');

async function contentOf(file: string): Promise<JsonValue[]> {
  const { log, records } = await openDurableLog(file);
  await log.close();
  return records;
}

describe('append', () => {
  it('keeps the order of the calls, however many are under way', async () => {
    const file = path();
    const { log, records } = await openDurableLog(file);
    expect(records).toEqual([]);
    const numbers = Array.from({ length: 200 }, (_, n) => n);
    await Promise.all(numbers.map((n) => log.append({ n })));
    await log.close();
    expect(await contentOf(file)).toEqual(numbers.map((n) => ({ n })));
  });

  it('resolves when the record is in the file, and not before', async () => {
    const file = path();
    const { log } = await openDurableLog(file);
    const appended = log.append('a');
    expect(readFileSync(file, 'utf8')).toBe('');
    await appended;
    expect(readFileSync(file, 'utf8')).toBe('"a"\n');
    await log.close();
  });

  it('resolves in the order of the calls', async () => {
    const { log } = await openDurableLog(path());
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((n) => log.append(n).then(() => order.push(n))));
    expect(order).toEqual([1, 2, 3]);
    await log.close();
  });

  it('makes a file that its owner alone can read', async () => {
    const file = path();
    const { log } = await openDurableLog(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await log.append(1);
    await log.rewrite(() => [2]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await log.close();
  });
});

describe('what a crash leaves', () => {
  it('drops a torn last line and goes on behind the one before', async () => {
    const file = path();
    const first = await openDurableLog(file);
    await first.log.append({ n: 1 });
    await first.log.close();
    appendFileSync(file, '{"n":2,"text":"half a li');
    const second = await openDurableLog(file);
    expect(second.records).toEqual([{ n: 1 }]);
    await second.log.append({ n: 3 });
    await second.log.close();
    expect(await contentOf(file)).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it('refuses a damaged line in the middle, naming file and line', async () => {
    const file = join(tempDir(), 'log.jsonl');
    writeFileSync(file, '{"n":1}\n{"n":2\n{"n":3}\n');
    await expect(openDurableLog(file)).rejects.toThrow(`${file}: line 2 is damaged`);
    expect(readFileSync(file, 'utf8')).toBe('{"n":1}\n{"n":2\n{"n":3}\n');
  });

  it('is not troubled by a rewrite that was cut short', async () => {
    const file = path();
    const first = await openDurableLog(file);
    await first.log.append('kept');
    await first.log.close();
    writeFileSync(`${file}.new`, '"half a rewr');
    const second = await openDurableLog(file);
    await second.log.rewrite(() => ['fresh']);
    await second.log.close();
    expect(await contentOf(file)).toEqual(['fresh']);
  });
});

describe('rewrite', () => {
  it('reads what to write when its turn comes, and keeps what is appended behind it', async () => {
    const file = path();
    const { log } = await openDurableLog(file);
    const before = log.append('before');
    let wanted = ['too early'];
    const rewritten = log.rewrite(() => wanted);
    const after = log.append('after');
    wanted = ['in its turn'];
    await Promise.all([before, rewritten, after]);
    await log.close();
    expect(await contentOf(file)).toEqual(['in its turn', 'after']);
  });

  it('leaves everything as it was when it fails', async () => {
    const file = path();
    const { log } = await openDurableLog(file);
    await log.append(1);
    const failed = log.rewrite(() => {
      throw new Error('no records');
    });
    await expect(failed).rejects.toThrow('no records');
    await log.append(2);
    await log.close();
    expect(await contentOf(file)).toEqual([1, 2]);
  });
});

describe('a full disk', () => {
  // A limit on the size of files fails a write half-way, as a full disk does; it holds for a whole process, hence a child.
  const script = (file: string) => `
    import { execFileSync } from 'node:child_process';
    import { openDurableLog } from ${JSON.stringify(import.meta.resolve('./durable-log.ts'))};
    const limit = (soft) => execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=' + soft + ':unlimited']);
    const { log } = await openDurableLog(${JSON.stringify(file)});
    await log.append('first');
    limit(40);
    const refused = await log.append('x'.repeat(100)).then(() => 'kept', (error) => error.code);
    const rewrite = await log.rewrite(() => ['y'.repeat(100)]).then(() => 'done', (error) => error.code);
    limit('unlimited');
    await log.append('last');
    await log.close();
    process.stdout.write(refused + ' ' + rewrite);`;

  it('fails the append, leaves nothing of it, and takes the next one', async () => {
    const file = path();
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script(file)]);
    expect(stdout).toBe('EFBIG EFBIG');
    expect(await contentOf(file)).toEqual(['first', 'last']);
  });
});

type Step =
  | { readonly do: 'append'; readonly record: JsonValue }
  | { readonly do: 'rewrite'; readonly keep: number }
  | { readonly do: 'reopen' }
  | { readonly do: 'tear'; readonly bytes: number };

// JSON has no -0: it comes back as 0.
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), record: json }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rewrite' as const), keep: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tear' as const), bytes: fc.integer({ min: 1, max: 12 }) }) },
);

describe('any history', () => {
  it('leaves what a plain list would hold, short of a torn end', async () => {
    const dir = tempDir();
    await fc.assert(
      fc.asyncProperty(fc.uuid(), fc.array(step, { maxLength: 12 }), async (name, steps) => {
        const file = join(dir, `${name}.jsonl`);
        let { log } = await openDurableLog(file);
        let model: JsonValue[] = [];
        for (const one of steps) {
          if (one.do === 'append') {
            await log.append(one.record);
            model.push(one.record);
          } else if (one.do === 'rewrite') {
            model = model.slice(0, one.keep);
            await log.rewrite(() => model);
          } else {
            await log.close();
            if (one.do === 'tear') model = tear(file, model, one.bytes);
            const opened = await openDurableLog(file);
            log = opened.log;
            expect(opened.records).toEqual(model);
          }
        }
        await log.close();
        expect(await contentOf(file)).toEqual(model);
      }),
      { numRuns: 60 },
    );
  });
});

/** Cuts the file short, as power loss does, and gives back the records that are still whole. */
function tear(file: string, model: readonly JsonValue[], bytes: number): JsonValue[] {
  const left = Math.max(0, statSync(file).size - bytes);
  truncateSync(file, left);
  const kept: JsonValue[] = [];
  let end = 0;
  for (const record of model) {
    end += Buffer.byteLength(JSON.stringify(record)) + 1;
    if (end <= left) kept.push(record);
  }
  return kept;
}
