import pMap from 'p-map';

/**
 * As `Promise.all`, but it ends only when all of them have: nothing goes on after the invocation that began it, and
 * none fails unseen.
 */
export async function settleAll<const T extends readonly unknown[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
}

/** The same for many calls, of which no more than `concurrency` go on at a time; none is begun after one has failed. */
export async function settleSome<T, R>(
  items: readonly T[],
  concurrency: number,
  call: (item: T) => Promise<R>,
): Promise<R[]> {
  let failed: { readonly error: unknown } | undefined;
  const results: R[] = [];
  const run = async (item: T, index: number): Promise<void> => {
    if (failed !== undefined) return;
    try {
      results[index] = await call(item);
    } catch (error) {
      failed ??= { error };
    }
  };
  await pMap(items, run, { concurrency });
  if (failed !== undefined) throw failed.error;
  return results;
}
