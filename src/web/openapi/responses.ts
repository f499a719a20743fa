import type { HttpAuth } from '../../settings/settings.ts';
import type { ErrorAnswer } from '../schema/answer-types.ts';
import { ACCOUNT_ERRORS } from './account-errors.ts';
import { schemaReference } from './component-schemas.ts';
import { headersOf, optionalErrorHeaders } from './headers.ts';
import type { Content, ErrorCode, HeaderName, Operation, Success } from './operation.ts';
import { ERRORS, GUARD_ERRORS } from './operation.ts';
import type { ErrorCase } from './request-errors.ts';
import type { MediaType, ResponseObject } from './types.ts';

export type Responses = Readonly<Record<string, ResponseObject>>;

/** All that an operation may answer, by status. */
export function responsesOf(operation: Operation, auth: HttpAuth): Responses {
  const { successes, errors, passesOnErrors, roles, method } = operation;
  const isGuarded = roles.length > 0;
  const repeatable: readonly HeaderName[] = method === 'post' ? ['RepeatabilityResult'] : [];
  const codes = [...(isGuarded ? GUARD_ERRORS : []), ...errors].filter(
    (code) => auth === 'entra' || caseOf(code).entra === undefined,
  );
  const byStatus = Map.groupBy(codes, (code) => caseOf(code).status);
  const late = codes.filter((code) => caseOf(code).orUnavailable);
  if (late.length > 0) byStatus.set(503, [...(byStatus.get(503) ?? []), ...late]);
  if (isGuarded && !byStatus.has(401)) byStatus.set(401, []);
  return {
    ...Object.fromEntries(Object.entries(successes).map(([status, success]) => [status, toSuccess(success)])),
    ...Object.fromEntries(
      [...byStatus].map(([status, own]) => [
        status,
        status === 401 && auth === 'key' ? REFUSED_BY_HOST : toError(status, own, repeatable),
      ]),
    ),
    default: passesOnErrors ? passedOn(repeatable) : anyOther(),
  };
}

function caseOf(code: ErrorCode): ErrorCase {
  return ERRORS[code];
}

function toSuccess({
  description,
  headers = [],
  ownHeaders,
  content,
  linksRotation,
}: Success): ResponseObject {
  const parameters = { rotationId: '$response.header.x-ms-rotation-id' };
  const links = { rotation: { operationId: 'getRotation', description: 'How far it is.', parameters } };
  return {
    description,
    headers: { ...headersOf('success', headers), ...ownHeaders },
    content: Object.fromEntries(Object.entries(content).map(([type, one]) => [type, toMediaType(one)])),
    ...(linksRotation && { links }),
  };
}

function toMediaType({ schema, examples }: Content): MediaType {
  return { schema: schema === 'text' ? { type: 'string' } : schemaReference(schema), examples };
}

function toError(
  status: number,
  codes: readonly ErrorCode[],
  repeatable: readonly HeaderName[],
): ResponseObject {
  const headers: readonly HeaderName[] = [
    ...(codes.some((code) => code in ACCOUNT_ERRORS) ? (['RotationId'] as const) : []),
    ...(codes.some((code) => caseOf(code).passing) ? (['RetryAfter'] as const) : []),
    ...repeatable,
    ...(status === 401 ? (['WwwAuthenticate'] as const) : []),
  ];
  return { description: describe(codes), headers: headersOf('error', headers), content: errorContent(codes) };
}

/** With function keys the host answers those without one, in its own way. */
const REFUSED_BY_HOST: ResponseObject = {
  description: 'No function key, or a wrong one: the host answers, without a body.',
};

function passedOn(repeatable: readonly HeaderName[]): ResponseObject {
  return {
    description:
      "Another error of Azure Resource Manager, with its own code and status; but a 401, which is about the app's own identity, is a 503, or a 500 where it stays.",
    headers: headersOf('error', ['RotationId', 'RetryAfter', ...repeatable]),
    content: { 'application/json': { schema: schemaReference('ErrorResponse') } },
  };
}

/** So that a client has a type for what it does not expect, too. */
function anyOther(): ResponseObject {
  return {
    description: 'Any other error. The host may answer in the place of the app, and has no body then.',
    headers: optionalErrorHeaders(['RetryAfter']),
    content: { 'application/json': { schema: schemaReference('ErrorResponse') } },
  };
}

function describe(codes: readonly ErrorCode[]): string {
  return codes.map((code) => `- \`${code}\`: ${caseOf(code).when}`).join('\n');
}

function errorContent(codes: readonly ErrorCode[]): Readonly<Record<string, MediaType>> {
  const examples = codes.map((code) => {
    const { message, target } = caseOf(code);
    const value: ErrorAnswer = { error: { code, message, ...(target !== undefined && { target }) } };
    return [code, { value }] as const;
  });
  return {
    'application/json': { schema: schemaReference('ErrorResponse'), examples: Object.fromEntries(examples) },
  };
}
