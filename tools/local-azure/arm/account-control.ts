import { isObject, type Reply } from '../server/http.ts';
import type { AccountSeed, Accounts } from '../types.ts';
import { toKeyType } from './arm-maps.ts';

/** What other processes can do to accounts; undefined where it is none of this. */
export function controlAccounts(what: string, body: unknown, accounts: Accounts): Reply | undefined {
  const { id, ...given } = isObject(body) ? body : {};
  switch (what) {
    case 'POST /accounts':
      return isSeed(body) ? { status: 201, body: { id: accounts.add(body) } } : wrong(400, seedForm);
    case 'DELETE /accounts':
      if (typeof id !== 'string') return wrong(400, 'id: an ARM id');
      accounts.remove(id);
      return { status: 204 };
    case 'POST /move':
      return move(id, given, accounts);
    case 'POST /regenerate': {
      const keyType = toKeyType(given.keyType);
      if (typeof id !== 'string' || !keyType) return wrong(400, 'id and keyType (primary or secondary)');
      accounts.regenerate(id, keyType);
      return { status: 204 };
    }
    default:
      return undefined;
  }
}

function move(id: unknown, given: Record<string, unknown>, accounts: Accounts): Reply {
  const { subscriptionId, resourceGroup } = given;
  if (typeof id !== 'string' || typeof resourceGroup !== 'string') {
    return wrong(400, 'id and resourceGroup, and subscriptionId where it is another one');
  }
  const target = { resourceGroup, ...(typeof subscriptionId === 'string' && { subscriptionId }) };
  return { status: 200, body: { id: accounts.move(id, target) } };
}

const seedForm = 'subscriptionId, resourceGroup and name are strings';

function isSeed(body: unknown): body is AccountSeed {
  if (!isObject(body)) return false;
  const { subscriptionId, resourceGroup, name } = body;
  return [subscriptionId, resourceGroup, name].every((part) => typeof part === 'string' && part !== '');
}

/** A refusal in a shape that no service of Azure has. */
export function wrong(status: number, message: string): Reply {
  return { status, body: { error: { code: 'LocalAzure', message } } };
}
