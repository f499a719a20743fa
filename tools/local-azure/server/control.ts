import { controlAccounts, wrong } from '../arm/account-control.ts';
import type { EventSubscriptions } from '../event-grid/event-subscriptions.ts';
import { controlSubscriptions, isSubscriptionControl } from '../event-grid/subscription-control.ts';
import type { LocalAzure } from '../types.ts';
import { toFault } from './faults.ts';
import { header, type Incoming, isObject, parseJson, type Reply } from './http.ts';

export const controlPath = '/_local';

/** The stand-in's own switches, for other processes on this machine. */
export async function control(
  incoming: Incoming,
  azure: Pick<
    LocalAzure,
    'accounts' | 'faults' | 'tokens' | 'calls' | 'events' | 'setKeyAcceptanceDelay' | 'reset'
  >,
  subscriptions: EventSubscriptions,
): Promise<Reply> {
  // No web page may reach it, by its own script or by a name that it lets point here.
  if (
    header(incoming, 'origin') !== null ||
    !/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(header(incoming, 'host') ?? '')
  ) {
    return wrong(403, 'not from a browser');
  }
  const parsed = incoming.body === '' ? { ok: true as const, value: undefined } : parseJson(incoming.body);
  if (!parsed.ok) return wrong(400, 'the body is not JSON');
  const resource = incoming.url.pathname.slice(controlPath.length);
  try {
    if (isSubscriptionControl(resource)) {
      return await controlSubscriptions(incoming.method, resource, parsed.value, subscriptions);
    }
    return answer(`${incoming.method} ${resource}`, parsed.value, azure);
  } catch (error) {
    return wrong(400, error instanceof Error ? error.message : String(error));
  }
}

function answer(what: string, body: unknown, azure: Parameters<typeof control>[1]): Reply {
  switch (what) {
    case 'GET /state':
      return { status: 200, body: state(azure) };
    case 'DELETE /state':
      azure.reset();
      return { status: 204 };
    case 'POST /faults': {
      const fault = toFault(body);
      if (typeof fault === 'string') return wrong(400, fault);
      azure.faults.add(fault);
      return { status: 201, body: fault };
    }
    case 'DELETE /faults':
      azure.faults.clear();
      return { status: 204 };
    case 'PUT /key-acceptance-delay': {
      const { milliseconds } = isObject(body) ? body : {};
      if (typeof milliseconds !== 'number' || milliseconds < 0) return wrong(400, 'milliseconds: 0 or more');
      azure.setKeyAcceptanceDelay(milliseconds);
      return { status: 204 };
    }
    case 'DELETE /tokens':
      azure.tokens.revokeAll();
      return { status: 204 };
    default:
      return (
        controlAccounts(what, body, azure.accounts) ??
        wrong(
          404,
          'GET or DELETE state, POST or DELETE faults, POST or DELETE accounts, POST move, POST regenerate, PUT key-acceptance-delay, DELETE tokens, subscriptions',
        )
      );
  }
}

/** Ages and names, never a key. */
function state(azure: Parameters<typeof control>[1]) {
  const accounts = azure.accounts.ids().map((id) => {
    const { primaryKeyLastUpdated, secondaryKeyLastUpdated } = azure.accounts.keys(id);
    return { id, primaryKeyLastUpdated, secondaryKeyLastUpdated };
  });
  return { accounts, events: azure.events, calls: azure.calls };
}
