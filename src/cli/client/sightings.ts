import { z } from 'zod';
import { CliError, EXIT } from '../exit-code.ts';
import type { Rotation } from './answers.ts';
import { isOver, rotation as rotationAnswer, rotationPage } from './answers.ts';
import type { AppClient } from './app-client.ts';

/** What one look at the app showed. */
export interface Sighting {
  /** All that is watched, in the order in which it was first seen. */
  readonly rotations: readonly Rotation[];
  /** Those that are new or differ, each with what it was before. */
  readonly changes: readonly { readonly before: Rotation | undefined; readonly now: Rotation }[];
}

/** What to look at next, given what is known: rotations to begin with, or to see again. */
export type Look = (known: ReadonlyMap<string, Rotation>) => Promise<readonly Rotation[]>;

const FIRST_PAUSE = 1;
const MAX_PAUSE = 5;

/** Looks again and again until all that was seen is over. */
export async function* sightings(client: AppClient, look: Look): AsyncGenerator<Sighting> {
  const known = new Map<string, Rotation>();
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, MAX_PAUSE)) {
    const seen = await look(known);
    const changes = seen
      .map((now) => ({ before: known.get(now.rotationId), now }))
      .filter(({ before, now }) => before === undefined || differs(before, now));
    for (const rotation of seen) known.set(rotation.rotationId, rotation);
    yield { rotations: [...known.values()], changes };
    if ([...known.values()].every(isOver)) return;
    if (changes.length > 0) pause = FIRST_PAUSE;
    if (pause >= client.timeLeft()) throw notOver();
    await client.sleep(pause);
  }
}

/** The last sighting. */
export async function lastOf(all: AsyncIterable<Sighting>, each: (sighting: Sighting) => void) {
  let last: Sighting = { rotations: [], changes: [] };
  for await (const sighting of all) {
    each(sighting);
    last = sighting;
  }
  return last;
}

export function lookAtOne(client: AppClient, rotationId: string): Look {
  return async () => [await readRotation(client, rotationId)];
}

/** How far back it is looked for rotations in flight. */
const FIRST_TOP = 200;
const NEXT_TOP = 50;

/** All rotations in flight, of one account or of all, and those that begin while others go on. */
export function lookAtAll(client: AppClient, accountId: string | undefined): Look {
  return async (known) => {
    const query = new URLSearchParams({ top: String(known.size === 0 ? FIRST_TOP : NEXT_TOP) });
    if (accountId !== undefined) query.set('accountId', accountId);
    const page = await client.request({ method: 'GET', path: '/api/rotations', query }, rotationPage);
    const listed = page.value.filter((rotation) => known.has(rotation.rotationId) || !isOver(rotation));
    const ids = new Set(listed.map(({ rotationId }) => rotationId));
    const unlisted = [...known.values()].filter((old) => !isOver(old) && !ids.has(old.rotationId));
    const found: Rotation[] = [];
    for (const { rotationId } of unlisted) found.push(await readRotation(client, rotationId));
    return [...listed, ...found];
  };
}

function readRotation(client: AppClient, rotationId: string): Promise<Rotation> {
  return client.request({ method: 'GET', path: `/api/rotations/${rotationId}` }, rotationAnswer);
}

function differs(before: Rotation, now: Rotation): boolean {
  const { error, state } = now;
  return (
    before.state !== state || before.error?.code !== error?.code || before.error?.message !== error?.message
  );
}

function notOver(): CliError {
  const message = 'The time of this command is up, and the rotation is not over. It goes on in the app.';
  return new CliError(EXIT.unfinished, { code: 'TimeIsUp', message });
}

export const rotationIdArgument = z.uuid();
