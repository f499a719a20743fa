import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';
import { OPERATIONS } from '../../src/web/openapi/operations.ts';
import type {
  JsonSchema,
  OpenApiDocument,
  OperationObject,
  Reference,
  ResponseObject,
} from '../../src/web/openapi/types.ts';

/** An OpenAPI document, and whether answers are as it says. */
export interface Described {
  readonly operations: readonly DescribedOperation[];
  /** Fails where status, headers or body are not as described; gives the body. */
  check(operationId: string, response: Response): Promise<unknown>;
  /** The operation that a request is for; undefined where the host has none. */
  find(method: string, path: string): DescribedOperation | undefined;
}

export interface DescribedOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  /** Such as `200` and `409 NotDue`. */
  readonly answers: readonly string[];
}

const JSON_TYPE = 'application/json';

/** Those that answer with ARM's errors, of which nobody has a list: of the others each answer is known. */
const passesOn = new Set(
  OPERATIONS.filter(({ passesOnErrors }) => passesOnErrors).map(({ operationId }) => operationId),
);

/** What HTTP itself needs, or the server adds. */
const TRANSPORT = new Set(
  'connection content-length content-type date keep-alive transfer-encoding'.split(' '),
);

export function describedBy(document: OpenApiDocument): Described {
  const judge = createJudge(document);
  const found = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const operations = found.map(({ path, method, operation }) => ({
    ...{ path, method, operationId: operation.operationId },
    answers: listAnswers(document, operation),
  }));
  return {
    operations,
    find: (method, path) =>
      operations.find((one) => one.method === method.toLowerCase() && toPattern(one.path).test(path)),
    async check(operationId, response) {
      const one = found.find(({ operation }) => operation.operationId === operationId);
      const { responses = {} } = one?.operation ?? {};
      const answer =
        responses[response.status] ?? (passesOn.has(operationId) ? responses.default : undefined);
      if (answer === undefined)
        throw new Error(`${operationId} is not described to answer ${response.status}.`);
      const described = resolve<ResponseObject>(document, answer);
      checkHeaders(document, judge, described, response);
      return checkBody(judge, described, response);
    },
  };
}

function toPattern(path: string): RegExp {
  const pattern = path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^/api${pattern}/?$`, 'i');
}

/** A success by its status, an error by its code as well. */
function listAnswers(document: OpenApiDocument, { responses }: OperationObject): string[] {
  return Object.entries(responses).flatMap(([status, answer]) => {
    const { content } = resolve<ResponseObject>(document, answer);
    const { schema, examples = {} } = content?.[JSON_TYPE] ?? {};
    if (status === 'default') return [];
    if (schema?.$ref !== '#/components/schemas/ErrorResponse') return [status];
    return Object.keys(examples).map((code) => `${status} ${code}`);
  });
}

type Judge = (schema: JsonSchema, value: unknown) => void;

/** An answer must have nothing that is not described, so objects count as closed. */
function createJudge(document: OpenApiDocument): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const { schemas } = close(document.components) as OpenApiDocument['components'];
  const compiled = new Map<JsonSchema, ValidateFunction>();
  return (schema, value) => {
    const validate = compiled.get(schema) ?? ajv.compile({ ...schema, components: { schemas } });
    compiled.set(schema, validate);
    const isValid = validate(value);
    expect(isValid, JSON.stringify([value, validate.errors])).toBe(true);
  };
}

function close(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(close);
  const isOpen = 'properties' in value && !('additionalProperties' in value);
  const closed = Object.entries(value).map(([name, inner]) => [name, close(inner)]);
  return { ...Object.fromEntries(closed), ...(isOpen && { additionalProperties: false }) };
}

function checkHeaders(
  document: OpenApiDocument,
  judge: Judge,
  { headers = {} }: ResponseObject,
  response: Response,
): void {
  const known = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const others = [...response.headers.keys()].filter((name) => !known.has(name) && !TRANSPORT.has(name));
  expect(others, 'headers that are not described').toStrictEqual([]);
  for (const [name, described] of Object.entries(headers)) {
    const { required, schema } = resolve<{ required?: true; schema: JsonSchema }>(document, described);
    const value = response.headers.get(name);
    if (value !== null) judge(schema, schema.type === 'integer' ? Number(value) : value);
    else expect(required, `the header ${name} is missing`).toBeUndefined();
  }
}

async function checkBody(judge: Judge, { content }: ResponseObject, response: Response): Promise<unknown> {
  const text = await response.text();
  // The host, which has no body for those it refuses, may answer in the app's place.
  if (content === undefined || (response.status === 401 && text === '')) {
    expect(text).toBe('');
    return undefined;
  }
  const [type = ''] = response.headers.get('content-type')?.split(';', 1) ?? [];
  expect(Object.keys(content)).toContain(type);
  const body: unknown = /[/+]json$/.test(type) ? JSON.parse(text) : text;
  judge(content[type]?.schema ?? {}, body);
  return body;
}

function resolve<T extends object>(document: OpenApiDocument, value: T | Reference): T {
  if (!('$ref' in value)) return value;
  const parts = value.$ref.split('/').slice(1);
  return parts.reduce(
    (inner, part) => (inner as Record<string, object>)[part] ?? {},
    document as object,
  ) as T;
}
