import { isLater, isNewer, type KeyEvent, type KeyRegeneratedEvent } from 'maps-key-rotation/events';
import type { KeyHolder, MapsKey } from './key-holder.ts';
import type { KeySource } from './key-source.ts';
import { errorFields, type Log } from './log.ts';
import type { MapsAccount } from './settings.ts';
import type { IsRefused } from './try-key.ts';

/** `later`: it could not be applied, and should be delivered again. */
type Applied = 'applied' | 'dropped' | 'later';

export type KeyFollower = {
  apply(event: KeyEvent): Promise<Applied>;
  /** At the start, and now and then as a net: for an event that was lost, or that another instance of this app got. */
  reread(): Promise<boolean>;
};

export type FollowerParts = {
  account: MapsAccount;
  holder: KeyHolder;
  source: KeySource;
  isRefused: IsRefused;
  log: Log;
};

const idsKept = 100;

export function createKeyFollower({ account, holder, source, isRefused, log }: FollowerParts): KeyFollower {
  const done = new Set<string>();

  /** Events repeat, and come out of order. */
  function isNews(event: KeyRegeneratedEvent): boolean {
    return !done.has(event.id) && isNewer(event, holder.current()?.keyLastUpdated);
  }

  /** The key in use is let go only for one that works; where it is itself the one that was replaced, it is dead anyway. */
  async function isUsable(key: MapsKey, verified: boolean): Promise<boolean> {
    return verified || key.keyType === holder.current()?.keyType || !(await isRefused(key.value));
  }

  async function applyNews(event: KeyRegeneratedEvent): Promise<Applied> {
    const key = await source.readAnnounced(event);
    if (!(await isUsable(key, event.data.verified === true))) return 'later';
    // A newer event may have overtaken this one meanwhile.
    if (!isNews(event)) return 'dropped';
    holder.set(key);
    done.add(event.id);
    if (done.size > idsKept) done.delete([...done][0] ?? '');
    return 'applied';
  }

  return {
    async apply(event) {
      const fields = { id: event.id, type: event.type, keyType: event.data.keyType };
      if (event.data.accountId.toLowerCase() !== account.id.toLowerCase()) return 'dropped';
      if (event.type === 'KeyRotationFailed') {
        log('warn', 'A rotation failed; the key in use goes on working.', {
          ...fields,
          error: event.data.error,
        });
        return 'dropped';
      }
      // Without a key to compare with, a late event would look like news.
      if (holder.current() === undefined) return 'later';
      if (!isNews(event)) return 'dropped';
      const applied = await applyNews(event).catch((error: unknown) => {
        log('warn', 'The new key could not be read.', { ...fields, ...errorFields(error) });
        return 'later' as const;
      });
      log('info', 'A key event was handled.', { ...fields, applied });
      return applied;
    },
    async reread() {
      const key = await source.readCurrent();
      const current = holder.current();
      if (current !== undefined && !isLater(key.keyLastUpdated, current.keyLastUpdated)) return false;
      if (current !== undefined && !(await isUsable(key, false))) return false;
      if (holder.current() !== current) return false;
      holder.set(key);
      log('info', 'A key was read.', { keyType: key.keyType, keyLastUpdated: key.keyLastUpdated });
      return true;
    },
  };
}
