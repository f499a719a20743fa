import { ARM_CODES } from './arm.ts';
import { codeByStatus } from './by-status.ts';
import { EVENT_GRID_CODES } from './event-grid.ts';
import { KEY_VAULT_CODES } from './key-vault.ts';
import { MAPS_CODES } from './maps.ts';
import { OWN_CODES } from './own-codes.ts';
import { STORAGE_CODES } from './storage.ts';
import type { CodeContext, ServiceCode, ServiceCodes, ServiceName } from './types.ts';

/**
 * Every code that the services are known to use, each under the service whose it is first of all: what it means is the
 * same wherever it comes from. The page, the runbook, the OpenAPI document, messages and retries all go by it.
 */
export const SERVICE_CODES = {
  'Azure Resource Manager': ARM_CODES,
  'Key Vault': KEY_VAULT_CODES,
  'Event Grid': EVENT_GRID_CODES,
  'Azure Maps': MAPS_CODES,
  'Azure Storage': STORAGE_CODES,
} as const satisfies Readonly<Record<ServiceName, ServiceCodes>>;

const ALL: ServiceCodes = Object.assign({}, ...Object.values(SERVICE_CODES));

/**
 * The code that an answer is told by. One that the app itself, or another service, gives another meaning says nothing
 * beside its status.
 */
export function shownCode(status: number, code: string | undefined, service: ServiceName): string {
  const isMisleading = code === undefined || isOwnCode(code) || isOfOtherThings(code, service);
  return isMisleading ? `Http${status}` : code;
}

/** What can't be found or is wrong is of other things with each service; refusals for other reasons are alike. */
function isOfOtherThings(code: string, service: ServiceName): boolean {
  const known = knownCode(code);
  if (known === undefined || Object.hasOwn(SERVICE_CODES[service], code)) return false;
  return known.status === 400 || known.status === 404;
}

function isOwnCode(code: string): boolean {
  return OWN_CODES.has(code) || Object.hasOwn(EVENT_GRID_CODES, code) || /^Http\d/.test(code);
}

/**
 * What an answer means. Whether it was carried out is told by the status alone, whatever code stands beside it; and a
 * code that is known from refusals says nothing of an error of the service.
 */
export function serviceCode(status: number, code: string): ServiceCode {
  const byStatus = codeByStatus(status);
  const known = knownCode(code);
  if (known === undefined || isServerError(known.status) !== isServerError(status)) return byStatus;
  return { ...known, status, carriedOut: byStatus.carriedOut };
}

export function knownCode(code: string): ServiceCode | undefined {
  return Object.hasOwn(ALL, code) ? ALL[code] : undefined;
}

function isServerError(status: number): boolean {
  return status >= 500;
}

/** Where nothing is known of the call, its parts are in the message beside the code. */
const IN_THE_MESSAGE: CodeContext = {
  service: 'the service',
  action: 'that the message names',
  scope: 'the scope that the message names',
};

/** A text of the table about one call, or about all where none is given. */
export function fillIn(
  text: string,
  { service, action, scope, objectId }: CodeContext = IN_THE_MESSAGE,
): string {
  const filled = text
    .replaceAll('{service}', service)
    .replaceAll('{action}', `the action ${action}`)
    .replaceAll('{scope}', scope)
    .replaceAll('{who}', objectId === undefined ? '' : ` (object id '${objectId}')`);
  return filled.charAt(0).toUpperCase() + filled.slice(1);
}

/**
 * What an answer means and what to do about it, in words of ours: a service's own message can hold anything, even the
 * key that it was sent. Where it is Azure's turn, the app does what is to be done.
 */
export function refusalMessage(status: number, code: string, about: CodeContext): string {
  const { meaning, todo, turn } = serviceCode(status, code);
  const said = toSentences(turn === 'azure' ? [meaning] : [meaning, todo], about);
  return `${about.service} answered ${status} ${code}: ${said}`;
}

/** Messages have the plain apostrophe, whatever the table has. */
export function toSentences(texts: readonly string[], about: CodeContext): string {
  return texts
    .map((text) => fillIn(text, about))
    .join(' ')
    .replaceAll('’', "'");
}
