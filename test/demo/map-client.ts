import { setTimeout as sleep } from 'node:timers/promises';

export interface MapClient {
  readonly figures: MapFigures;
  stop(): Promise<void>;
}

export interface MapFigures {
  requests: number;
  refused: number;
  /** The longest time from a tile to the next one with refusals in between, milliseconds. */
  longestOutage: number;
}

const TILE = '/map/tile?api-version=2024-04-01&tilesetId=microsoft.base.road&zoom=3&x=4&y=2';

/**
 * Asks Azure Maps for a tile so many times a second, each time with the key that the map web app gave it last, as an
 * open page does: it is told that there is another key, and asks for it.
 */
export function startMapClient(webApp: string, mapsEndpoint: string, perSecond: number): MapClient {
  const figures: MapFigures = { requests: 0, refused: 0, longestOutage: 0 };
  const stopping = new AbortController();
  let key = '';
  let servedAt = performance.now();
  let isOut = false;
  const tiles: Promise<void>[] = [];

  async function askForTile(): Promise<void> {
    const response = await fetch(mapsEndpoint + TILE, { headers: { 'subscription-key': key } });
    await response.arrayBuffer();
    figures.requests += 1;
    if (!response.ok) {
      figures.refused += 1;
      isOut = true;
      return;
    }
    const now = performance.now();
    if (isOut) figures.longestOutage = Math.max(figures.longestOutage, now - servedAt);
    isOut = false;
    servedAt = now;
  }

  async function followKey(): Promise<void> {
    const response = await fetch(`${webApp}/key-changes`, { signal: stopping.signal });
    for await (const chunk of response.body ?? []) {
      if (!new TextDecoder().decode(chunk).includes('event: key')) continue;
      key = ((await (await fetch(`${webApp}/map-key`)).json()) as { key: string }).key;
    }
  }

  async function ask(): Promise<void> {
    const startedAt = performance.now();
    for (let nth = 1; !stopping.signal.aborted; nth++) {
      if (key !== '') tiles.push(askForTile());
      await sleep(Math.max(startedAt + (nth * 1000) / perSecond - performance.now(), 0));
    }
  }

  const following = followKey().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });
  const asking = ask();
  return {
    figures,
    async stop() {
      stopping.abort();
      await asking;
      await Promise.all([following, ...tiles]);
    },
  };
}
