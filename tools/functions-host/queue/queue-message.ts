import type { DequeuedMessageItem } from '@azure/storage-queue';
import { toDotNetDate } from '../dot-net-date.ts';
import type { RpcTypedData } from '../worker/rpc.ts';

export type Decoded = { kind: 'text'; text: string } | { kind: 'notBase64' } | { kind: 'notUtf8' };

/** `messageEncoding` of host.json. Strict as .NET's decoder: white space is allowed, missing padding is not. */
export function decodeMessage(messageText: string, encoding: 'base64' | 'none'): Decoded {
  if (encoding === 'none') {
    return { kind: 'text', text: messageText };
  }
  const compact = messageText.replace(/[ \t\r\n]/g, '');
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
    return { kind: 'notBase64' };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(compact, 'base64'),
    );
    return { kind: 'text', text };
  } catch {
    return { kind: 'notUtf8' };
  }
}

/**
 * What the function finds in `context.triggerMetadata`. As in the real host, the fields of a message that is a JSON object
 * come last, so a message with a field `id` or `dequeueCount` hides the real ones.
 */
export function toTriggerMetadata(text: string, message: DequeuedMessageItem): Record<string, RpcTypedData> {
  const json = (value: unknown) => ({ json: JSON.stringify(value) });
  return withJsonFields(text, {
    QueueTrigger: { string: text },
    DequeueCount: json(message.dequeueCount),
    ExpirationTime: json(toDotNetDate(message.expiresOn)),
    Id: { string: message.messageId },
    InsertionTime: json(toDotNetDate(message.insertedOn)),
    NextVisibleTime: json(toDotNetDate(message.nextVisibleOn)),
    PopReceipt: { string: message.popReceipt },
  });
}

/** A message that the admin API made up: it is in no queue, and so has no id. */
export function toMadeUpMetadata(text: string): Record<string, RpcTypedData> {
  const never = { json: JSON.stringify('9999-12-31T23:59:59.9999999+00:00') };
  return withJsonFields(text, {
    QueueTrigger: { string: text },
    DequeueCount: { json: '0' },
    ExpirationTime: never,
    InsertionTime: { json: JSON.stringify(toDotNetDate(new Date())) },
    NextVisibleTime: never,
  });
}

function withJsonFields(text: string, metadata: Record<string, RpcTypedData>): Record<string, RpcTypedData> {
  for (const [field, value] of Object.entries(parseObject(text))) {
    if (value === null || Array.isArray(value)) {
      continue;
    }
    const name = Object.keys(metadata).find((key) => key.toLowerCase() === field.toLowerCase()) ?? field;
    metadata[name] =
      typeof value === 'object' ? { json: JSON.stringify(value) } : { string: toDotNetText(value) };
  }
  return metadata;
}

function toDotNetText(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
