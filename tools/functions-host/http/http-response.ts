import type { ServerResponse } from 'node:http';
import type { RpcHttpCookie, RpcInvocationResponse, RpcTypedData } from '../worker/rpc.ts';

/** Writes what an HTTP function answered. One that returned nothing answers 204 with an empty body, as in Azure. */
export function sendRpcResponse(response: ServerResponse, result: RpcInvocationResponse): void {
  const http = result.returnValue?.http ?? result.outputData?.find((output) => output.data?.http)?.data?.http;
  if (!http) {
    sendEmpty(response, 204);
    return;
  }
  response.statusCode = Number(http.statusCode ?? 200);
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    response.setHeader(name, value);
  }
  for (const [name, { value }] of Object.entries(http.nullableHeaders ?? {})) {
    response.setHeader(name, value ?? '');
  }
  for (const cookie of http.cookies ?? []) {
    response.appendHeader('set-cookie', toSetCookie(cookie));
  }
  response.end(toBytes(http.body));
}

export function sendEmpty(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}

/** Where the host itself asks for a key; a function's 401 has no such header. */
export function sendUnauthorized(response: ServerResponse): void {
  response.setHeader('www-authenticate', 'Bearer');
  sendEmpty(response, 401);
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(value));
}

function toBytes(body: RpcTypedData | null | undefined): Uint8Array | string {
  return body?.bytes ?? body?.stream ?? body?.string ?? body?.json ?? String(body?.int ?? body?.double ?? '');
}

/** In ASP.NET Core's form: values are percent-encoded, and the path is `/` unless another is given. */
function toSetCookie(cookie: RpcHttpCookie): string {
  const parts = [`${encodeURIComponent(cookie.name ?? '')}=${encodeURIComponent(cookie.value ?? '')}`];
  const seconds = cookie.expires?.value?.seconds;
  if (seconds !== undefined && seconds !== null) {
    parts.push(`expires=${new Date(seconds * 1000).toUTCString()}`);
  }
  if (cookie.maxAge?.value !== undefined && cookie.maxAge.value !== null) {
    parts.push(`max-age=${Math.trunc(cookie.maxAge.value)}`);
  }
  if (cookie.domain?.value) {
    parts.push(`domain=${cookie.domain.value}`);
  }
  parts.push(`path=${cookie.path?.value ?? '/'}`);
  if (cookie.secure?.value) {
    parts.push('secure');
  }
  if (cookie.sameSite && cookie.sameSite !== 'none') {
    parts.push(`samesite=${cookie.sameSite === 'explicitNone' ? 'none' : cookie.sameSite}`);
  }
  if (cookie.httpOnly?.value) {
    parts.push('httponly');
  }
  return parts.join('; ');
}
