// What can be asked, read from the OpenAPI document alone, as a stranger's fuzzer would: one target an operation.

import { isObject } from '../../src/lib/json.ts';
import type { Ask } from '../harness/http-client.ts';

/** A piece of the document. */
export type Node = Readonly<Record<string, unknown>>;

/** An operation to send requests to. */
export interface FuzzTarget {
  readonly id: string;
  readonly root: string;
  readonly method: Ask['method'] & string;
  /** With {parameters}, from the server's root. */
  readonly path: string;
  /** The body key that selects it, for an action. */
  readonly action: string | null;
  /** Schema of the body, or of what stands under the action's key; null when it takes none. */
  readonly body: Node | null;
  /** Query parameters by name: the schema of one value. */
  readonly query: Readonly<Record<string, Node>>;
  /** Schemas of the answers by status; null for one without a body. */
  readonly replies: ReadonlyMap<number, Node | null>;
}

const METHODS: Readonly<Record<string, FuzzTarget['method']>> = {
  get: 'GET',
  head: 'HEAD',
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
};

/** Every operation of the document, references resolved. */
export function fuzzTargets(document: Node): FuzzTarget[] {
  return Object.entries(node(document['paths'])).flatMap(([path, item]) =>
    Object.entries(node(item)).flatMap(([verb, operation]) => {
      const method = METHODS[verb];
      return method === undefined ? [] : targetsOf(document, path, method, node(operation));
    }),
  );
}

function targetsOf(document: Node, path: string, method: FuzzTarget['method'], operation: Node): FuzzTarget[] {
  const replies = new Map(
    Object.entries(node(operation['responses'])).map(([status, reply]) => [
      Number(status),
      jsonSchemaOf(document, resolve(document, reply)),
    ]),
  );
  const parameters = list(operation['parameters']).map((one) => node(resolve(document, one)));
  const query = parameters.filter((one) => one['in'] === 'query');
  const shared = {
    root: String(operation['x-remnant-root']),
    method,
    path,
    query: Object.fromEntries(
      query.map((one) => [String(one['name']), node(node(one['schema'])['items'] ?? one['schema'])]),
    ),
  };
  const actions = list(operation['x-remnant-action']).map(node);
  if (actions.length === 0) {
    const body = jsonSchemaOf(document, operation['requestBody']);
    return [{ ...shared, id: String(operation['operationId']), action: null, body, replies }];
  }
  return actions.map((entry) => {
    const statuses = [entry['success'], ...list(entry['errors'])].map(Number);
    const own = entry['reply'] === undefined ? null : node(resolve(document, entry['reply']));
    return {
      ...shared,
      id: String(entry['id']),
      action: String(entry['action']),
      body: node(resolve(document, entry['body'])),
      replies: new Map(
        statuses.map((status) => [status, status === entry['success'] ? own : (replies.get(status) ?? null)]),
      ),
    };
  });
}

function jsonSchemaOf(document: Node, holder: unknown): Node | null {
  const schema = node(node(node(holder)['content'])['application/json'])['schema'];
  return schema === undefined ? null : node(resolve(document, schema));
}

/** `value` with every reference in it replaced by what it leads to. */
function resolve(document: Node, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(document, one));
  if (!isObject(value)) return value;
  const ref = value['$ref'];
  if (typeof ref === 'string') {
    const target = ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => node(at)[key], document);
    if (target === undefined) throw new Error(`${ref} leads nowhere`);
    return resolve(document, target);
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(document, one)]));
}

function node(value: unknown): Node {
  return isObject(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
