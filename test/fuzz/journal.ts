import { rotationIdOf } from '../../src/adapters/table/rotation-rows.ts';
import type { CloudEvent } from '../../tools/local-azure/event-grid/cloud-event.ts';
import type { Call, Fault, KeyType, LocalAzure, Regeneration } from '../../tools/local-azure/local-azure.ts';
import type { StorageAnswer, StorageRequest } from '../support/storage-proxy.ts';
import { TOO_LATE } from './azure-faults.ts';
import type {
  Answer,
  Beyond,
  Change,
  Disturbance,
  History,
  KeysReading,
  Leftover,
  Post,
  RequestRow,
  RowWrite,
  SeenEvent,
  TimerRun,
} from './history.ts';
import { createSuspects, type Suspects } from './suspects.ts';

/** Writes down what happens while it happens; who looks back has the whole history. */
export interface Journal {
  readonly posts: readonly Post[];
  readonly writes: readonly RowWrite[];
  readonly answers: Answer[];
  readonly runs: TimerRun[];
  readonly beyond: Beyond[];
  readonly disturbances: Disturbance[];
  readonly left: Leftover[];
  readonly suspects: Suspects;
  /** What a fault is called in the figures. */
  readonly faultNames: Map<Fault, string>;
  /** A request to the storage account that took effect. */
  onStorage(request: StorageRequest, answer: StorageAnswer): void;
  /** `about`: a text that names the account, if any. */
  note(kind: string, text: string, about?: string): void;
  history(settings: History['settings']): History;
  close(): void;
}

/** Milliseconds since 1970 that never jump. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** How often what has no hook of its own is looked for. */
const SCAN_MS = 5;

export function createJournal(azure: LocalAzure): Journal {
  const changes: Change[] = firstKeys(azure);
  const posts: Post[] = [];
  const writes: RowWrite[] = [];
  const requests: RequestRow[] = [];
  const events: SeenEvent[] = [];
  const disturbances: Disturbance[] = [];
  const beyond: Beyond[] = [];
  const suspects = createSuspects();
  const known = new Map<string, number>();
  const faultNames = new Map<Fault, string>();
  const open = new Map<Call, number>();
  let seenChanges = 0;
  let seenEvents = 0;

  const scan = () => {
    for (; seenChanges < azure.regenerations.length; seenChanges++) {
      const made = azure.regenerations[seenChanges];
      if (made !== undefined) changes.push(toChange(made, takePost(made, open, posts)));
    }
    for (; seenEvents < azure.events.length; seenEvents++) {
      const event = azure.events[seenEvents];
      if (event !== undefined) events.push(toEvent(event));
    }
    for (const [call, index] of open) {
      if (call.endedAt === null) continue;
      Object.assign(posts[index] ?? {}, { endedAt: toTime(call.endedAt), status: call.status });
      if (posts[index]?.changed || !call.changed) open.delete(call);
    }
  };
  azure.setHook((operation, phase, { accountId, keyType }) => {
    scan();
    const call = azure.calls.at(-1);
    if (operation !== 'regenerateKey' || phase !== 'before' || call === undefined) return;
    if (accountId === null || keyType === null) return;
    const fault = call.fault === null ? undefined : faultNames.get(call.fault);
    open.set(call, posts.length);
    const post = { at: now(), accountId: accountId.toLowerCase(), keyType, changed: false };
    if (fault?.endsWith(TOO_LATE)) beyond.push(untilSettled(post));
    posts.push({ ...post, ...(fault !== undefined && { fault }) });
  });
  const timer = setInterval(scan, SCAN_MS);
  const journal: Journal = {
    ...{ posts, writes, answers: [], runs: [], beyond, disturbances, left: [], suspects, faultNames },
    onStorage({ label, body }, answer) {
      suspects.add(`a request to storage (${label})`, body);
      if (!label.startsWith('table batch') || !isDone(answer)) return;
      for (const row of rowsOf(body)) {
        const accountId = row.PartitionKey.replaceAll('|', '/');
        if (row.RowKey === 'account' && !known.has(accountId)) known.set(accountId, now());
        if (row.RowKey.startsWith('rotation-') && row.PartitionKey !== 'index') writes.push(toWrite(row));
        if (row.RowKey.startsWith('request-') && row.rotationId !== undefined) {
          requests.push({ at: now(), requestId: requestIdOf(row.RowKey), rotationId: row.rotationId });
        }
      }
    },
    note(kind, text, about = '') {
      disturbances.push({ at: now(), kind, text, ...accountIn(about, azure) });
    },
    history(settings) {
      scan();
      for (const event of azure.events) suspects.add('an event', JSON.stringify(event));
      const { answers, runs, left } = journal;
      for (const call of azure.calls) noteFault(call, azure, faultNames, disturbances);
      const seen = {
        changes,
        posts,
        readings: readingsOf(azure),
        writes,
        requests,
        events,
        answers,
        runs,
        known,
        beyond,
        disturbances,
        left,
      };
      return { settings, ...seen, suspects: suspects.list() };
    },
    close: () => clearInterval(timer),
  };
  return journal;
}

/** What a change that comes too late can touch: the account's rotations until everybody has seen it. */
function untilSettled({ accountId, at }: Post): Beyond {
  return { accountId, from: at, to: at + 30_000, why: 'Azure carried it out late' };
}

function readingsOf(azure: LocalAzure): KeysReading[] {
  return azure.calls.flatMap(({ operation, path, startedAt }) => {
    const { accountId } = operation === 'listKeys' ? accountIn(path, azure) : {};
    return accountId === undefined ? [] : [{ at: toTime(startedAt), accountId }];
  });
}

/** A fault that a call met. */
function noteFault(
  { fault, account, path, startedAt }: Call,
  azure: LocalAzure,
  names: ReadonlyMap<Fault, string>,
  disturbances: Disturbance[],
): void {
  const name = fault === null ? undefined : names.get(fault);
  if (name === undefined) return;
  const about = accountIn(account ?? path, azure);
  disturbances.push({ at: toTime(startedAt), kind: `fault: ${name}`, text: '', ...about });
}

/** The account that a path, a body or the name of a secret names. */
function accountIn(text: string, azure: LocalAzure): { accountId?: string } {
  const [name] = /maps-\d\d+/i.exec(text) ?? [];
  const id = azure.accounts.ids().find((one) => one.endsWith(`/${name}`));
  return id === undefined ? {} : { accountId: id.toLowerCase() };
}

function firstKeys(azure: LocalAzure): Change[] {
  return azure.accounts.ids().flatMap((id) => {
    const { primaryKey, primaryKeyLastUpdated, secondaryKey, secondaryKeyLastUpdated } =
      azure.accounts.keys(id);
    const first = { at: 0, accountId: id.toLowerCase(), by: 'seed' as const };
    return [
      { ...first, keyType: 'primary' as const, time: primaryKeyLastUpdated, newKey: primaryKey },
      { ...first, keyType: 'secondary' as const, time: secondaryKeyLastUpdated, newKey: secondaryKey },
    ];
  });
}

/** The POST that made a change: the stand-in marks its call in the same moment. */
function takePost(made: Regeneration, open: Map<Call, number>, posts: Post[]): number | undefined {
  if (made.by !== 'request') return undefined;
  for (const [call, index] of open) {
    const post = posts[index];
    if (!call.changed || post === undefined || post.changed) continue;
    if (post.accountId !== made.accountId.toLowerCase() || post.keyType !== made.keyType) continue;
    post.changed = true;
    return index;
  }
  return undefined;
}

function toChange({ accountId, keyType, time, by, newKey }: Regeneration, post: number | undefined): Change {
  const made = { at: now(), accountId: accountId.toLowerCase(), keyType, time, by, newKey };
  return { ...made, ...(post !== undefined && { post }) };
}

function toEvent({ id, type, source, data }: CloudEvent): SeenEvent {
  const { keyType, trigger, keyLastUpdated } = data as {
    keyType: KeyType;
    trigger: string;
    keyLastUpdated?: string;
  };
  const accountId = decodeURI(source).toLowerCase();
  const seen = { at: now(), id, type, accountId, keyType, trigger };
  return { ...seen, ...(keyLastUpdated !== undefined && { keyLastUpdated }) };
}

/** A batch is done as a whole: one refused part refuses it. */
function isDone({ status, body }: StorageAnswer): boolean {
  return status === 202 && !/^HTTP\/1\.1 [45]/m.test(body);
}

type Row = Readonly<Record<string, unknown>> & {
  readonly PartitionKey: string;
  readonly RowKey: string;
  readonly rotationId?: string;
};

function rowsOf(batch: string): Row[] {
  return batch
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Row);
}

function toWrite(row: Row): RowWrite {
  const { accountId, keyType, trigger, command, state, told, attempt, doubt, failure } = row as Row & {
    accountId: string;
    keyType: KeyType;
    trigger: string;
    command: string;
    state: string;
    told: boolean;
    attempt: number;
    doubt?: string;
    failure?: string;
  };
  const sending = doubt !== undefined && (JSON.parse(doubt) as { kind: string }).kind === 'sending';
  const code = failure === undefined ? undefined : (JSON.parse(failure) as { code: string }).code;
  const written = { at: now(), rotationId: rotationIdOf(row.RowKey), accountId: accountId.toLowerCase() };
  const rest = { keyType, trigger, command, state, told, attempt, sending };
  return { ...written, ...rest, ...(code !== undefined && { code }) };
}

function requestIdOf(rowKey: string): string {
  return rowKey.replace(/^request-(repeatability|client)-/, '').slice(0, 36);
}

function toTime(monotonic: number): number {
  return performance.timeOrigin + monotonic;
}
