/**
 * The items of several sequences as they come, of at most `concurrency` sequences at a time. None is asked for more
 * than one item ahead of who takes them.
 */
export async function* mergeSequences<S, T>(
  sources: readonly S[],
  concurrency: number,
  open: (source: S) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const waiting = [...sources];
  const running = new Map<AsyncIterator<T>, Promise<Arrival<T>>>();
  const ask = (iterator: AsyncIterator<T>) =>
    running.set(
      iterator,
      iterator.next().then(({ done, value }) => ({ iterator, done: done === true, value })),
    );
  const openMore = () => {
    while (running.size < concurrency) {
      const source = waiting.shift();
      if (source === undefined) return;
      ask(open(source)[Symbol.asyncIterator]());
    }
  };
  try {
    for (openMore(); running.size > 0; openMore()) {
      const { iterator, done, value } = await Promise.race(running.values());
      running.delete(iterator);
      if (done) continue;
      ask(iterator);
      yield value;
    }
  } finally {
    // Nothing goes on after who takes them is gone, and none fails unseen.
    await Promise.allSettled(running.values());
    await Promise.allSettled([...running.keys()].map((iterator) => iterator.return?.()));
  }
}

interface Arrival<T> {
  readonly iterator: AsyncIterator<T>;
  readonly done: boolean;
  readonly value: T;
}
