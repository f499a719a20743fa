import { beforeAll, expect, test } from 'vitest';
import { buildProject } from './dotnet.ts';
import { prismFindings } from './prism.ts';
import { FOLDER, node, tell, writeGenerated } from './tools.ts';
import { type RecordedExchange, recordTraffic, type Traffic } from './traffic.ts';

let traffic: Traffic;

beforeAll(async () => {
  traffic = await recordTraffic();
});

/** Whether the app refused the request itself, so that a tool may object to it, too. */
function isRefused({ response: { status, headers } }: RecordedExchange): boolean {
  return [400, 401, 413, 415].includes(status) || headers['x-ms-error-code'] === 'EventTypeNotFound';
}

const nameOf = ({ request, response }: RecordedExchange) =>
  `${request.method} ${new URL(request.url).pathname} → ${response.status} ${response.headers['x-ms-error-code'] ?? ''}`;

interface Finding {
  readonly operationId: string;
  readonly request: readonly string[];
  readonly response: readonly string[];
}

test("regenerateKey takes and gives what ARM's own specification says (oav)", async () => {
  const exchanges = traffic.exchanges.filter(({ request }) =>
    /\/regenerateKey$/i.test(new URL(request.url).pathname),
  );
  const file = writeGenerated('arm-traffic.json', exchanges.map(toArmPair));

  const findings = (await node('arm.ts', file, `${FOLDER}/arm/regenerate-key.json`)) as Finding[];

  const valid = exchanges.map((exchange, index) => {
    const { operationId, request = [], response = [] } = findings[index] ?? {};
    const issues = [...(isRefused(exchange) ? [] : request), ...response];
    return { exchange: nameOf(exchange), operationId, issues };
  });
  const asSaid = { operationId: 'Accounts_RegenerateKeys', issues: [] };
  expect(valid).toEqual(exchanges.map((exchange) => ({ exchange: nameOf(exchange), ...asSaid })));
  expect(exchanges.length).toBeGreaterThan(40);
  const refused = findings.filter(({ request }) => request.length > 0).length;
  tell(`oav: ${exchanges.length} answers valid; ${refused} of their requests refused by oav, as by the app`);
});

/** As Azure's validator wants it. The version, which the app lets callers leave out, is how it finds the operation. */
function toArmPair({ request, response }: RecordedExchange) {
  const url = new URL(request.url);
  url.pathname = url.pathname.replace(/^\/api/, '');
  url.searchParams.set('api-version', '2023-06-01');
  return {
    liveRequest: {
      method: request.method,
      url: `https://management.azure.com${url.pathname}${url.search}`,
      headers: request.headers,
      body: parsed(request.body),
    },
    liveResponse: {
      statusCode: String(response.status),
      headers: response.headers,
      body: parsed(response.body),
    },
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

test('every answer is as our own contract says (Prism between caller and app)', async () => {
  const findings = await prismFindings(traffic);

  const found = traffic.exchanges.flatMap((exchange, index) => {
    const violations = findings.get(index) ?? [];
    const wrong = violations.filter(({ location: [place] }) => place === 'response' || !isRefused(exchange));
    return wrong.length > 0 ? [{ exchange: nameOf(exchange), wrong }] : [];
  });
  expect(found).toEqual([]);
  expect(findings.size).toBe(traffic.exchanges.length);
  const refused = [...findings.values()].filter(({ length }) => length > 0).length;
  tell(`Prism: ${findings.size} answers valid; ${refused} of their requests refused by Prism, as by the app`);
});

test('subscribers read every event by the SDKs of CloudEvents (npm, .NET) and by Azure.Messaging.CloudEvent', async () => {
  const { events } = traffic;
  const types = new Set(events.map(({ type }) => type));
  const file = writeGenerated('events.json', events);

  const program = await buildProject('events');
  const read = await Promise.all([node('events.ts', file), program.run(file)]);

  expect(read).toEqual([{ events: events.length }, { events: events.length }]);
  expect([...types].sort()).toEqual(['KeyRegenerated', 'KeyRotationFailed']);
  tell(`CloudEvents: ${events.length} events read by each of three SDKs`);
});
