import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createInstrumenter } from '../../../src/adapters/telemetry/azure-sdk-spans.ts';
import { arbitraryDisguise, arbitraryKey, holdsKey } from '../../support/disguises.ts';

const SECRET = 'eyJhbGciOiJIUzI1NiJ9.c2VjcmV0.c2ln';

function createStage() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return { exporter, instrumenter: createInstrumenter(provider.getTracer('test')) };
}

test('of a call, a span has the method, the path and the status, and no query, header or other attribute', () => {
  const { exporter, instrumenter } = createStage();

  const { span } = instrumenter.startSpan('HTTP GET', {
    packageName: 'p',
    spanKind: 'client',
    spanAttributes: {
      'http.url': `https://user:${SECRET}@localhost:7443/a/b?sig=${SECRET}&code=${SECRET}#${SECRET}`,
      'http.method': 'GET',
      'http.user_agent': SECRET,
      authorization: SECRET,
      requestId: '1',
    },
  });
  span.setAttribute('http.status_code', 200);
  span.setAttribute('subscription-key', SECRET);
  span.setAttribute('http.method', { secret: SECRET });
  span.end();

  const [finished] = exporter.getFinishedSpans();
  expect(finished?.attributes).toEqual({
    'url.full': 'https://localhost:7443/a/b',
    'server.address': 'localhost',
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'az.client_request_id': '1',
  });
});

test('of an error, a span has the code or the name, and never the message', () => {
  const { exporter, instrumenter } = createStage();
  const fail = (error: Error | string) => {
    const { span } = instrumenter.startSpan('x', { packageName: 'p' });
    span.recordException(error);
    span.setStatus({ status: 'error', error });
    span.end();
  };

  fail(new Error(SECRET));
  fail(Object.assign(new Error(SECRET), { code: 'ECONNRESET' }));
  fail(Object.assign(new Error(SECRET), { code: `${SECRET} ${SECRET}` }));
  fail(SECRET);

  const spans = exporter.getFinishedSpans();
  expect(spans.map(({ attributes }) => attributes['error.type'])).toEqual([
    'Error',
    'ECONNRESET',
    'Error',
    'Error',
  ]);
  expect(
    JSON.stringify(spans.map(({ attributes, status, events }) => [attributes, status, events])),
  ).not.toContain(SECRET);
});

test('SEC-05: the id that a service gives a request is in the span, where it is one', () => {
  const { exporter, instrumenter } = createStage();
  const id = '019abf3c-7e50-7cc1-8a52-2f6c3e1d9b40';
  for (const said of [id, `${id}-x`, SECRET]) {
    const { span } = instrumenter.startSpan('x', { packageName: 'p' });
    span.setAttribute('serviceRequestId', said);
    span.end();
  }

  expect(exporter.getFinishedSpans().map(({ attributes }) => attributes)).toEqual([
    { 'az.service_request_id': id },
    {},
    {},
  ]);
});

test('SEC-05 SEC-07: no span holds a key that a service echoes', () => {
  fc.assert(
    fc.property(arbitraryKey(), arbitraryDisguise(), (key, disguise) => {
      const { exporter, instrumenter } = createStage();
      const { span } = instrumenter.startSpan('x', { packageName: 'p' });
      const echo = disguise(key);
      span.setAttribute('serviceRequestId', echo);
      span.setStatus({ status: 'error', error: Object.assign(new Error(echo), { code: echo, name: echo }) });
      span.end();

      const spans = exporter.getFinishedSpans().map(({ attributes, status }) => [attributes, status]);
      expect(holdsKey(JSON.stringify(spans), key)).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('requests carry the trace of their own span', () => {
  const { instrumenter } = createStage();
  const outer = instrumenter.startSpan('outer', { packageName: 'p' });
  const inner = instrumenter.startSpan('inner', { packageName: 'p', tracingContext: outer.tracingContext });

  const [outerId, innerId] = [outer, inner].map(
    ({ tracingContext }) => instrumenter.createRequestHeaders(tracingContext).traceparent ?? '',
  );

  expect(innerId).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(innerId?.split('-')[1]).toBe(outerId?.split('-')[1]);
  expect(innerId).not.toBe(outerId);
});
