import type { HttpRequest } from '@azure/functions';
import type { RotationFilter } from '../app/ports.ts';
import { parseAccountId } from '../core/account.ts';
import type { Failure } from '../core/failure.ts';
import { fault } from '../core/failure.ts';
import { ROTATION_STATES } from '../core/rotation.ts';
import { isUuid } from '../core/work-message.ts';
import type { Read } from './request-reader.ts';
import { readQuery, shorten } from './request-reader.ts';

export interface ListQuery {
  readonly filter: RotationFilter;
  readonly top: number;
  readonly continuation?: string;
}

const DEFAULT_TOP = 50;
const MAX_TOP = 200;

export function readListQuery(request: HttpRequest): Read<ListQuery> {
  const query = readQuery(request, ['accountId', 'state', 'top', 'skipToken']);
  if ('failure' in query) return query;
  const { accountId, state: given, top: topText, skipToken } = query.value;
  const account = accountId === undefined ? undefined : parseAccountId(accountId);
  if (accountId !== undefined && account === undefined) {
    return invalid('accountId', `'${shorten(accountId)}' is not the ARM id of a Maps account.`);
  }
  const state = ROTATION_STATES.find((candidate) => candidate === given);
  if (given !== undefined && state === undefined) {
    return invalid(
      'state',
      `'${shorten(given)}' is no state; it must be one of ${ROTATION_STATES.join(', ')}.`,
    );
  }
  const top = topText === undefined ? DEFAULT_TOP : Number(topText);
  if (!Number.isInteger(top) || top < 1 || top > MAX_TOP) {
    return invalid('top', `top must be a whole number from 1 to ${MAX_TOP}.`);
  }
  if (skipToken !== undefined && !isUuid(skipToken))
    return invalid('skipToken', 'skipToken must come from a nextLink.');
  const filter = { ...(account && { account }), ...(state && { state }) };
  return {
    value: { filter, top, ...(skipToken !== undefined && { continuation: skipToken.toLowerCase() }) },
  };
}

/** The address of the next page: that of this one without its credentials. */
export function nextLink(request: HttpRequest, continuation: string): string {
  const url = new URL(request.url);
  for (const name of [...url.searchParams.keys()]) {
    if (/^(code|skiptoken)$/i.test(name)) url.searchParams.delete(name);
  }
  url.searchParams.set('skipToken', continuation);
  return url.href;
}

export function readRotationId(request: HttpRequest): Read<string> {
  const id = request.params.rotationId ?? '';
  return isUuid(id) ? { value: id.toLowerCase() } : invalid('rotationId', `'${shorten(id)}' is no UUID.`);
}

export function rotationNotFound(rotationId: string): Failure {
  return fault(404, 'RotationNotFound', `There is no rotation ${rotationId}.`, { target: 'rotationId' });
}

function invalid(target: string, message: string): { failure: Failure } {
  return { failure: fault(400, 'InvalidParameter', message, { target }) };
}
