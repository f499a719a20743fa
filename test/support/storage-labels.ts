export type StorageService = 'queue' | 'table';

/** What a request to the storage account is about, in the words of this app, so that a test can point at it. */
export function describeRequest(service: StorageService, method: string, url: string, body: string): string {
  const path = decodeURIComponent(url);
  return service === 'queue' ? describeQueue(method, path, body) : describeTable(method, path, body);
}

function describeQueue(method: string, path: string, body: string): string {
  const [, , queue = '', part, id] = path.split('?')[0]?.split('/') ?? [];
  const suffix = queue.endsWith('-poison') ? ' poison' : '';
  if (part !== 'messages') return `queue ${method === 'PUT' ? 'create' : 'other'}${suffix}`;
  if (method === 'POST') return `queue send ${messageKind(body)}${suffix}`;
  if (method === 'GET') return `queue receive${suffix}`;
  if (id === undefined) return `queue clear${suffix}`;
  return `queue ${method === 'DELETE' ? 'delete' : 'update'}${suffix}`;
}

function messageKind(xml: string): string {
  const [, text = ''] = /<MessageText>([^<]*)<\/MessageText>/.exec(xml) ?? [];
  const [, kind = 'other'] = /"kind":"(\w+)"/.exec(Buffer.from(text, 'base64').toString('utf8')) ?? [];
  return kind;
}

function describeTable(method: string, path: string, body: string): string {
  if (/\/Tables\b/.test(path)) return 'table create';
  if (path.includes('/$batch')) return `table batch ${batchKind(body)}`;
  const [, partition, row] = /PartitionKey='([^']*)',RowKey='([^']*)'/.exec(path) ?? [];
  if (row !== undefined) {
    const verb = method === 'GET' ? 'get' : method === 'DELETE' ? 'remove' : 'write';
    return `table ${verb} ${partition === 'index' ? 'index' : row.split('-')[0]}`;
  }
  if (method !== 'GET') return 'table insert';
  return path.includes("PartitionKey eq 'index'") ? 'table query index' : 'table query account';
}

/** `start` takes the lock, `free` gives it back, `save` leaves it alone. */
function batchKind(body: string): string {
  const operations = [...body.matchAll(/^(POST|PUT|MERGE|PATCH|DELETE) (\S+) HTTP/gm)].map(
    ([, method, url = '']) => `${method} ${decodeURIComponent(url)}`,
  );
  if (body.includes('"PartitionKey":"index"')) return 'index';
  if (operations.some((operation) => /^DELETE .*RowKey='lock'/.test(operation))) return 'free';
  return /"RowKey":"lock"/.test(body) ? 'start' : 'save';
}
