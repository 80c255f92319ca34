// How faults look in the OpenAPI document: one schema a form (render-fault.ts writes them), one response a form and status.

import type { DocumentObject } from './openapi.ts';

/** The statuses faults have, in words. */
export const FAULT_TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  406: 'Not Acceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

const code = { type: 'integer' };
const text = { type: 'string' };
const error = (properties: DocumentObject) => ({
  type: 'object',
  properties: { error: { type: 'object', properties, required: Object.keys(properties) } },
  required: ['error'],
});

/** One schema a form. */
export const FAULT_SCHEMAS = {
  ComputeFault: {
    description: "Nova's: one key that names the fault, e.g. itemNotFound.",
    type: 'object',
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: {
      type: 'object',
      properties: { code, message: text },
      required: ['code', 'message'],
    },
  },
  IdentityFault: error({ code, message: text, title: text }),
  ImageFault: {
    type: 'object',
    properties: { message: text, code: text, title: text },
    required: ['message', 'code', 'title'],
  },
  RemnantFault: error({ code, title: text, message: text, request_id: text }),
} as const satisfies Readonly<Record<string, DocumentObject>>;

/** The schema each form of answer has. */
const FORMS: Readonly<Record<string, keyof typeof FAULT_SCHEMAS>> = {
  compute: 'ComputeFault',
  versions: 'ComputeFault',
  identity: 'IdentityFault',
  image: 'ImageFault',
  remnant: 'RemnantFault',
  unauthorized: 'IdentityFault',
};

/** Every response that is a fault, as `form-status`. */
export const FAULT_RESPONSES: DocumentObject = Object.fromEntries(
  Object.entries(FORMS).flatMap(([form, schema]) =>
    Object.entries(FAULT_TITLES).map(([status, description]) => [
      `${form}-${status}`,
      { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } },
    ]),
  ),
);
