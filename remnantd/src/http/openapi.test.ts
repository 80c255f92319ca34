import { expect, test } from 'vitest';
import { OPERATIONS } from '../api/operations.ts';
import { openApiDocument, ROOT_PREFIXES } from './openapi.ts';

type Node = { readonly [key: string]: Node } & string & readonly Node[];
const document = openApiDocument(OPERATIONS, '1.2.3') as Node;
const text = JSON.stringify(document);

test('every operation is in it once, by its id', () => {
  const found = Object.values(document['paths'] ?? {}).flatMap((item) =>
    Object.values(item).flatMap((operation) =>
      operation['x-remnant-action'] === undefined
        ? [operation['operationId']]
        : operation['x-remnant-action'].map((action) => action['id']),
    ),
  );
  expect(found).toHaveLength(OPERATIONS.length);
  expect(new Set(found)).toEqual(new Set(OPERATIONS.map((operation) => operation.id)));
});

test('operation ids are unique', () => {
  const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every reference leads somewhere', () => {
  for (const [, path = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target = path.split('/').reduce<Node | undefined>((node, key) => node?.[key], document);
    expect(target, path).toBeDefined();
  }
});

test('each path parameter is declared', () => {
  for (const [path, item] of Object.entries(document['paths'] ?? {})) {
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const operation of Object.values(item)) {
      const declared = operation['parameters']?.filter((one) => one['in'] === 'path').map((one) => one['name']);
      expect(declared).toEqual(wanted);
    }
  }
});

test('actions are told apart by the key of the body', () => {
  const action = document['paths']?.['/v2.1/servers/{server_id}/action']?.['post'];
  const entries = action?.['x-remnant-action']?.map((entry) => [entry['id'], entry['action'], entry['x-since']]);
  expect(entries).toContainEqual(['servers.trigger-crash-dump', 'trigger_crash_dump', '2.17']);
  const bodies = action?.['requestBody']?.['content']?.['application/json']?.['schema']?.['oneOf'];
  expect(bodies).toHaveLength(entries?.length ?? 0);
  expect(bodies?.find((body) => body['title'] === 'trigger_crash_dump')?.['required']).toEqual(['trigger_crash_dump']);
});

test('a field tells since when it is there, and is required only when it always is', () => {
  const server = document['components']?.['schemas']?.['Server'];
  expect(server?.['properties']?.['host_status']).toMatchObject({ 'x-since': '2.16', type: 'string' });
  expect(server?.['required']).toContain('status');
  expect(server?.['required']).not.toContain('host_status');
  expect(server?.['properties']?.['flavor']).toMatchObject({ 'x-since': '2.47' });
});

test('a query parameter tells since when it is understood', () => {
  const list = document['paths']?.[`${ROOT_PREFIXES.compute}/servers`]?.['get']?.['parameters'];
  const since = (name: string) => list?.find((one) => one['name'] === name)?.['x-since'];
  expect(since('changes-before')).toBe('2.66');
  expect(since('locked')).toBe('2.73');
  expect(since('name')).toBeUndefined();
});

test('it is the same text each time', () => {
  expect(JSON.stringify(openApiDocument(OPERATIONS, '1.2.3'))).toBe(text);
});

test('two schemas of one name are refused', () => {
  const [first, second] = OPERATIONS.filter((operation) => operation.reply !== undefined);
  if (first === undefined || second === undefined) throw new Error('no operation with a reply');
  const named = (type: string) => ({ title: 'Same', type });
  const twice = [
    { ...first, reply: named('string') },
    { ...second, reply: named('integer') },
  ];
  expect(() => openApiDocument(twice, '1')).toThrow('two schemas are called Same');
});
