import type { Tokens } from '../entra/tokens.ts';
import {
  header,
  type Incoming,
  isObject,
  mediaType,
  parseJson,
  type Reply,
  type Work,
} from '../server/http.ts';
import type { KeyType } from '../types.ts';
import { type Account, type AccountStore, accountId, toKeys } from './accounts.ts';
import {
  accountNotFound,
  armError,
  armFault,
  kindOf,
  notAuthenticated,
  scopeLocked,
  throttled,
} from './arm-errors.ts';
import { armHeaders } from './arm-headers.ts';
import { type ListOptions, listPage, toResource } from './arm-resources.ts';
import type { Throttle } from './throttle.ts';

export type ArmContext = {
  store: AccountStore;
  tokens: Tokens;
  throttle: Throttle;
  audiences: readonly string[];
  list: ListOptions;
  listKeysModifies: boolean;
  dateLagMs: number;
  now: () => Date;
};

type ArmOperation = 'getAccount' | 'listAccounts' | 'listKeys' | 'regenerateKey';
type Route = {
  operation: ArmOperation | 'other';
  wrongMethod: boolean;
  subscriptionId: string;
  group: string | undefined;
  name: string | undefined;
};

const apiVersion = '2023-06-01';
const paths =
  /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?\/providers\/Microsoft\.Maps\/accounts(?:\/([^/]+))?(?:\/([^/]+))?\/?$/i;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function armWork(incoming: Incoming, context: ArmContext): Work {
  const route = readRoute(incoming);
  const { operation, subscriptionId } = route;
  const id = route.name && route.group ? accountId(route.subscriptionId, route.group, route.name) : null;
  const known = id === null ? undefined : context.store.find(id);
  const limits: Record<string, string> = {};
  return {
    operation,
    account: known?.name ?? route.name ?? null,
    accountId: known?.id ?? id,
    latency: true,
    run: () => answer(route, incoming, context, limits),
    fail: (status, code, headers) =>
      armFault(status, code, { operation, subscriptionId, scope: id ?? incoming.url.pathname }, headers),
    headers: () => ({ ...armHeaders(incoming, operation, dateBehind(context)), ...limits }),
  };
}

function dateBehind({ now, dateLagMs }: ArmContext): Date {
  return new Date(now().getTime() - dateLagMs);
}

function readRoute(incoming: Incoming): Route {
  const [, subscriptionId = '', group, name, action] = paths.exec(decodePath(incoming.url.pathname)) ?? [];
  const base = { subscriptionId, group, name, wrongMethod: false };
  const expected = expectedOperation(subscriptionId, group, name, action);
  if (!expected) return { ...base, operation: 'other' };
  if (expected.method !== incoming.method) return { ...base, operation: 'other', wrongMethod: true };
  return { ...base, operation: expected.operation };
}

function expectedOperation(
  subscriptionId: string,
  group: string | undefined,
  name: string | undefined,
  action: string | undefined,
): { method: string; operation: ArmOperation } | undefined {
  if (!subscriptionId || (name && !group)) return undefined;
  if (!name) return { method: 'GET', operation: 'listAccounts' };
  if (!action) return { method: 'GET', operation: 'getAccount' };
  if (action.toLowerCase() === 'listkeys') return { method: 'POST', operation: 'listKeys' };
  if (action.toLowerCase() === 'regeneratekey') return { method: 'POST', operation: 'regenerateKey' };
  return undefined;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}

/** In ARM's order: version given, token, address, subscription, version spoken, throttle, then the provider. */
function answer(
  route: Route,
  incoming: Incoming,
  context: ArmContext,
  limits: Record<string, string>,
): Reply {
  if (!incoming.url.searchParams.has('api-version')) {
    const message = 'The api-version query parameter (?api-version=) is required for all requests.';
    return armError(400, 'MissingApiVersionParameter', message);
  }
  const check = context.tokens.check(header(incoming, 'authorization') ?? undefined, context.audiences);
  if (!check.ok) return notAuthenticated(check, context.audiences);
  return (
    addressFault(route, incoming, context) ??
    versionFault(incoming.url.searchParams.get('api-version') ?? '') ??
    throttleFault(route, context, limits) ??
    provide(route, incoming, context)
  );
}

/** No recording shows what ARM says to a wrong address or version: these are the words that people quote. */
function addressFault(route: Route, incoming: Incoming, context: ArmContext): Reply | undefined {
  if (route.wrongMethod) {
    const message = `The http method '${incoming.method}' is not supported for this resource.`;
    return armError(405, 'HttpMethodNotSupported', message);
  }
  if (route.operation === 'other') {
    return armError(404, 'InvalidResourceType', `The path '${incoming.url.pathname}' is not known.`);
  }
  if (!guid.test(route.subscriptionId)) {
    const message = `The provided subscription identifier '${route.subscriptionId}' is malformed or invalid.`;
    return armError(400, 'InvalidSubscriptionId', message);
  }
  if (!context.store.hasSubscription(route.subscriptionId)) {
    const message = `The subscription '${route.subscriptionId}' could not be found.`;
    return armError(404, 'SubscriptionNotFound', message);
  }
  return undefined;
}

function versionFault(version: string): Reply | undefined {
  if (version === apiVersion) return undefined;
  if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version)) {
    const message = `The api-version '${version}' is invalid. The supported versions are '${apiVersion}'.`;
    return armError(400, 'InvalidApiVersionParameter', message);
  }
  const message = `No registered resource provider found for API version '${version}' for type 'accounts'. The supported api-versions are '${apiVersion}'.`;
  return armError(400, 'NoRegisteredProviderFound', message);
}

function throttleFault(route: Route, context: ArmContext, limits: Record<string, string>): Reply | undefined {
  const kind = kindOf(route.operation);
  const { remaining, remainingGlobal, retryAfter } = context.throttle.take(route.subscriptionId, `${kind}s`);
  limits[`x-ms-ratelimit-remaining-subscription-${kind}s`] = String(remaining);
  limits[`x-ms-ratelimit-remaining-subscription-global-${kind}s`] = String(remainingGlobal);
  return retryAfter === null ? undefined : throttled(kind, route.subscriptionId, retryAfter);
}

function provide(route: Route, incoming: Incoming, context: ArmContext): Reply {
  const { store } = context;
  const { subscriptionId, group, name } = route;
  if (group !== undefined && !store.hasGroup(subscriptionId, group)) {
    return armError(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
  }
  if (route.operation === 'listAccounts') {
    return listPage(store.list(subscriptionId, group), incoming.url, context.list);
  }
  const account = store.find(accountId(subscriptionId, group ?? '', name ?? ''));
  if (!account) return accountNotFound(group ?? '', name ?? '');
  if (route.operation === 'getAccount') return { status: 200, body: toResource(account, account.id) };
  if (account.seed.locked) return scopeLocked(account.id);
  if (route.operation === 'listKeys') return listKeys(account, context);
  return regenerate(account, incoming, store);
}

/** At once, in whatever state the account is. */
function listKeys(account: Account, { store, listKeysModifies }: ArmContext): Reply {
  if (listKeysModifies) store.touch(account);
  return { status: 200, body: toKeys(account) };
}

/** At once as well: 200 with both keys, nothing to wait for. No recording shows how it refuses a wrong request. */
function regenerate(account: Account, incoming: Incoming, store: AccountStore): Reply {
  const media = mediaType(incoming);
  if (media !== 'application/json') {
    const message = `The content media type '${media}' is not supported. Only 'application/json' is supported.`;
    return armError(415, 'UnsupportedMediaType', message);
  }
  const parsed = parseJson(incoming.body);
  if (!parsed.ok || !isObject(parsed.value)) {
    const message = 'The request content was invalid and could not be deserialized.';
    return armError(400, 'InvalidRequestContent', message);
  }
  const unknown = Object.keys(parsed.value).find((member) => member !== 'keyType');
  if (unknown !== undefined) {
    const message = `The request content was invalid: could not find member '${unknown}' on MapsKeySpecification.`;
    return armError(400, 'InvalidRequestContent', message, unknown);
  }
  const keyType = toKeyType(parsed.value.keyType);
  if (!keyType) return armError(400, 'BadRequest', "keyType must be 'primary' or 'secondary'.", 'keyType');
  store.regenerate(account, keyType, 'request');
  return { status: 200, body: toKeys(account), changed: true };
}

export function toKeyType(value: unknown): KeyType | undefined {
  return value === 'primary' || value === 'secondary' ? value : undefined;
}
