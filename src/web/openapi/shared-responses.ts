import type { Operation } from './operation.ts';
import type { Responses } from './responses.ts';
import type { Reference, ResponseObject } from './types.ts';

const STATUS_NAMES: Readonly<Record<string, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  412: 'PreconditionFailed',
  423: 'Locked',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
  default: 'OtherError',
};

export interface SharedResponses {
  readonly components: Responses;
  /** An operation's responses, with references for those that others have too. */
  readonly of: (operation: Operation) => Readonly<Record<string, ResponseObject | Reference>>;
}

/** Makes components of the errors that several operations answer alike. */
export function shareResponses(all: ReadonlyMap<Operation, Responses>): SharedResponses {
  const found = new Map<
    string,
    { readonly text: string; readonly response: ResponseObject; count: number }
  >();
  for (const [operation, own] of all) {
    for (const [status, response] of Object.entries(own)) {
      const name = nameOf(status, operation);
      if (name === undefined) continue;
      const text = JSON.stringify(response);
      const known = found.get(name) ?? { text, response, count: 0 };
      found.set(name, { ...known, count: known.count + (known.text === text ? 1 : 0) });
    }
  }
  const isShared = (name: string, response: ResponseObject) => {
    const known = found.get(name);
    return known !== undefined && known.count > 1 && known.text === JSON.stringify(response);
  };
  const shared = [...found].filter(([, { count }]) => count > 1);
  return {
    components: Object.fromEntries(shared.map(([name, { response }]) => [name, response])),
    of: (operation) =>
      Object.fromEntries(
        Object.entries(all.get(operation) ?? {}).map(([status, response]) => {
          const name = nameOf(status, operation);
          if (name === undefined || !isShared(name, response)) return [status, response];
          return [status, { $ref: `#/components/responses/${name}` }];
        }),
      ),
  };
}

function nameOf(status: string, { passesOnErrors, successes }: Operation): string | undefined {
  const name = STATUS_NAMES[status];
  if (name === undefined || status in successes) return undefined;
  return passesOnErrors ? `${name}OfAccount` : name;
}
