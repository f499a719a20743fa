export type IsRefused = (key: string) => Promise<boolean>;

/** Whether Azure Maps says no to a key. No answer, or another one, says nothing of the key. */
export function createKeyTrial(mapsEndpoint: string): IsRefused {
  return async (key) => {
    try {
      const response = await fetch(`${mapsEndpoint}/map/copyright/caption/json?api-version=1.0`, {
        headers: { 'subscription-key': key },
        signal: AbortSignal.timeout(5_000),
      });
      await response.body?.cancel();
      return response.status === 401 || response.status === 403;
    } catch {
      return false;
    }
  };
}
