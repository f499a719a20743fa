import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { localCertificate } from '../../tools/local-azure/server/certificate.ts';

/** The ingestion endpoint of an Application Insights component, as far as the exporter asks for it. */
export interface Insights {
  readonly connectionString: string;
  /** CA certificates for NODE_EXTRA_CA_CERTS: its own beside others. */
  readonly caFile: string;
  readonly requests: readonly { readonly path: string; readonly auth: string; readonly body: string }[];
  close(): Promise<void>;
}

const INSTRUMENTATION_KEY = '11111111-1111-1111-1111-111111111111';

export async function startInsights(otherCaFile: string): Promise<Insights> {
  const certificate = await localCertificate();
  const folder = await mkdtemp(join(tmpdir(), 'insights-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, `${await readFile(otherCaFile, 'utf8')}\n${certificate.ca}`);
  const requests: { path: string; auth: string; body: string }[] = [];
  const server = createServer({ cert: certificate.cert, key: certificate.key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const sent = Buffer.concat(chunks);
      const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString();
      requests.push({ path: request.url ?? '', auth: request.headers.authorization ?? '', body });
      const count = body.split('"iKey"').length - 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ itemsReceived: count, itemsAccepted: count, errors: [] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connectionString: `InstrumentationKey=${INSTRUMENTATION_KEY};IngestionEndpoint=https://localhost:${port}/`,
    caFile,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await certificate.discard();
      await rm(folder, { recursive: true });
    },
  };
}
