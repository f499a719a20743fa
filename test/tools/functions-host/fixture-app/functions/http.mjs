import { app } from '@azure/functions';

async function echo(request) {
  return {
    jsonBody: {
      method: request.method,
      url: request.url,
      params: request.params,
      headers: Object.fromEntries(request.headers),
      query: [...request.query],
      body: await request.text(),
    },
  };
}

app.http('echo', {
  route: 'things/{name}/{size:int?}',
  methods: ['GET', 'POST', 'HEAD'],
  authLevel: 'anonymous',
  handler: echo,
});
app.http('echoFiles', { route: 'files/{*path}', methods: ['GET'], authLevel: 'anonymous', handler: echo });
app.http('overlapAny', {
  route: 'overlap/{id}',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: () => ({ body: 'any' }),
});
app.http('overlapExact', {
  route: 'overlap/exact',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: () => ({ body: 'exact' }),
});
app.http('overlapExact2', {
  route: 'Overlap/Exact',
  methods: ['GET', 'PUT'],
  authLevel: 'anonymous',
  handler: () => ({}),
});

app.http('answer', {
  authLevel: 'anonymous',
  handler: (request) => {
    switch (request.query.get('kind')) {
      case 'text':
        return { status: 202, body: 'plain' };
      case 'bytes':
        return { body: new Uint8Array([0, 1, 255]), headers: { 'content-type': 'application/octet-stream' } };
      case 'json':
        return { status: 201, jsonBody: { a: 1 }, headers: { 'cache-control': 'no-store' } };
      case 'cookies':
        return {
          cookies: [
            { name: 'a', value: 'x y', httpOnly: true, secure: true, sameSite: 'Strict', maxAge: 60 },
            { name: 'b', value: '2', path: '/api' },
          ],
        };
      case 'nothing':
        return undefined;
      case 'empty':
        return { status: 204, headers: { 'x-empty': 'yes' } };
      default:
        throw new Error('the handler threw');
    }
  },
});

app.http('withKey', { methods: ['GET'], authLevel: 'function', handler: () => ({ body: 'opened' }) });
app.http('adminOnly', {
  route: 'only-admin',
  methods: ['GET'],
  authLevel: 'admin',
  handler: () => ({ body: 'opened' }),
});
app.http('adminRoute', { route: 'admin/mine', methods: ['GET'], handler: () => ({}) });
app.http('settings', {
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: () => ({
    jsonBody: { value: process.env.FIXTURE_VALUE, environment: process.env.AZURE_FUNCTIONS_ENVIRONMENT },
  }),
});

app.http('logs', {
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (_request, context) => {
    context.log('said', { n: 1 });
    context.warn('warned\ntwice');
    console.log('to the console');
    setTimeout(() => context.log('too late'), 20);
    return { body: context.invocationId };
  },
});

app.http('slow', {
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: async (_request, context) => {
    context.log('slow begins');
    await new Promise((resolve) => setTimeout(resolve, 700));
    return { body: 'done' };
  },
});

app.http('trace', {
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (_request, context) => ({ jsonBody: context.traceContext }),
});
