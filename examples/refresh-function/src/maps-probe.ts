/** Whether Azure Maps refuses the key: a new one takes a moment to be accepted. No answer is no refusal. */
export async function isRefused(endpoint: string, key: string): Promise<boolean> {
  const url = new URL('/map/copyright/caption/json?api-version=1.0', endpoint);
  const options = { headers: { 'subscription-key': key }, signal: AbortSignal.timeout(5000) };
  try {
    const { status } = await fetch(url, options);
    return status === 401 || status === 403;
  } catch {
    return false;
  }
}
