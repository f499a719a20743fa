import type { HttpRequest } from '@azure/functions';
import type { RotationFilter } from '../../app/ports/ports.ts';
import { parseAccountId } from '../../core/account/account.ts';
import type { Failure } from '../../core/failure.ts';
import { fault } from '../../core/failure.ts';
import { listQuery, planQuery, rotationPath } from '../schema/requests.ts';
import type { Read } from './request-reader.ts';
import { readQuery, refuse } from './request-reader.ts';

export interface ListQuery {
  readonly filter: RotationFilter;
  readonly top: number;
  readonly continuation?: string;
}

export function readListQuery(request: HttpRequest): Read<ListQuery> {
  const query = readQuery(request, listQuery);
  if ('failure' in query) return query;
  const { accountId, state, top, skipToken } = query.value;
  const account = accountId === undefined ? undefined : parseAccountId(accountId);
  const filter = { ...(account && { account }), ...(state && { state }) };
  return {
    value: { filter, top, ...(skipToken !== undefined && { continuation: skipToken.toLowerCase() }) },
  };
}

export function readPlanQuery(request: HttpRequest): Read<{ readonly skipToken?: string }> {
  return readQuery(request, planQuery);
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
  const { rotationId = '' } = request.params;
  const parsed = rotationPath.safeParse({ rotationId });
  if (!parsed.success) return refuse(parsed.error, () => 'InvalidParameter');
  return { value: parsed.data.rotationId.toLowerCase() };
}

export function rotationNotFound(rotationId: string): Failure {
  return fault(404, 'RotationNotFound', `There is no rotation ${rotationId}.`, { target: 'rotationId' });
}
