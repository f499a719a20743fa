/**
 * Follows the key of the server and calls `onChange` with each new one. Where the stream breaks, the browser opens it
 * again and is told the key's version first, so no change is missed.
 *
 * With the Azure Maps Web SDK, keep the newest key in a variable and let each request take it from there; the map stays:
 *
 *   let current;
 *   const followed = followKey((key) => { current = key; });
 *   await followed.refresh();
 *   const map = new atlas.Map('map', {
 *     authOptions: { authType: 'subscriptionKey', subscriptionKey: current.key },
 *     transformRequest: (url) => ({ url, headers: { 'subscription-key': current.key } }),
 *   });
 */
export function followKey(onChange) {
  let current;

  async function refresh() {
    const response = await fetch('/map-key', { cache: 'no-store' });
    if (!response.ok) throw new Error(`The server has no key (${response.status}).`);
    const key = await response.json();
    // An instance of the server that lags behind may answer; what is older is not taken.
    if (key.version === current?.version || isOlder(key, current)) return current;
    current = key;
    onChange(key);
    return key;
  }

  async function refreshUntilDone(pause = 500) {
    try {
      await refresh();
    } catch {
      setTimeout(() => refreshUntilDone(Math.min(pause * 2, 10_000)), pause);
    }
  }

  new EventSource('/key-changes').addEventListener('key', ({ data }) => {
    if (data !== current?.version) void refreshUntilDone();
  });
  return { refresh };
}

function isOlder(key, than) {
  return than !== undefined && Date.parse(key.keyLastUpdated) < Date.parse(than.keyLastUpdated);
}
