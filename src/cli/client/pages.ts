import type { z } from 'zod';
import type { AppClient } from './app-client.ts';

interface Page {
  readonly nextLink?: string | undefined;
}

/**
 * Goes through the pages of a list. Of a `nextLink` the query alone is used: whatever host it names, the request, and
 * with it the credential, goes to the app's own address.
 */
export async function* readPages<P extends Page>(
  client: AppClient,
  path: string,
  query: URLSearchParams,
  schema: z.ZodType<P>,
): AsyncGenerator<P> {
  const seen = new Set<string>();
  let next: URLSearchParams | undefined = query;
  while (next !== undefined && !seen.has(next.toString())) {
    seen.add(next.toString());
    const page: P = await client.request({ method: 'GET', path, query: next }, schema);
    yield page;
    next = page.nextLink ? URL.parse(page.nextLink, 'https://app.invalid')?.searchParams : undefined;
  }
}
