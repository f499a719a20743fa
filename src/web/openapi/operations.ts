import { eventTypePath, listQuery, plainQuery, planQuery, rotationPath } from '../schema/requests.ts';
import { regenerateKey, rotateAccount } from './account-operations.ts';
import type { SchemaName } from './component-schemas.ts';
import { HEALTHY, PLAN, PLAN_CSV, ROTATION, ROTATION_LIST, UNHEALTHY } from './examples.ts';
import type { Content, Operation } from './operation.ts';

function json(schema: SchemaName, summary: string, value: unknown): Readonly<Record<string, Content>> {
  return { 'application/json': { schema, examples: { example: { summary, value } } } };
}

const planRotations: Operation = {
  operationId: 'planRotations',
  method: 'get',
  path: '/rotations/plan',
  tag: 'Rotations',
  summary: 'What the timer would do now',
  description:
    'Account by account, and why: a dry run. It changes nothing, reads no keys, and decides by the times that were last seen, as the timer does. A scope that cannot be listed is named in `errors`, and does not keep the others from being planned. With `Accept: text/csv` the page is CSV, with the same fields as columns.',
  roles: ['Rotations.Read'],
  query: planQuery,
  successes: {
    200: {
      description: 'A page of the plan.',
      ownHeaders: {
        Link: {
          description: 'Address of the next page, where the answer is CSV and not the last one (RFC 8288).',
          schema: { type: 'string', pattern: '^<.+>; rel="next"$' },
        },
      },
      content: {
        ...json('Plan', 'One account, not due', PLAN),
        'text/csv': {
          schema: 'text',
          examples: { example: { summary: 'One account, not due', value: PLAN_CSV } },
        },
      },
    },
  },
  errors: ['InvalidSkipToken'],
};

const listRotations: Operation = {
  operationId: 'listRotations',
  method: 'get',
  path: '/rotations',
  tag: 'Rotations',
  summary: 'List rotations',
  description: 'Rotations in flight and past, newest first.',
  roles: ['Rotations.Read'],
  query: listQuery,
  successes: {
    200: {
      description: 'A page of rotations; empty where none is as asked for.',
      content: json('RotationList', 'A page of one', ROTATION_LIST),
    },
  },
  errors: ['InvalidParameter'],
};

const getRotation: Operation = {
  operationId: 'getRotation',
  method: 'get',
  path: '/rotations/{rotationId}',
  tag: 'Rotations',
  summary: 'One rotation',
  description: 'How far a rotation is, and why it failed where it did.',
  roles: ['Rotations.Read'],
  pathParameters: rotationPath,
  query: plainQuery,
  successes: {
    200: {
      description: 'The rotation.',
      headers: ['RotationId'],
      content: json('Rotation', 'A rotation that is done', ROTATION),
    },
  },
  errors: ['InvalidParameter', 'RotationNotFound'],
};

const health: Operation = {
  operationId: 'health',
  method: 'get',
  path: '/health',
  tag: 'App',
  summary: 'Whether the app is well',
  description:
    'Open to everybody, so of what is wrong it says no more than which settings are. The other routes say what is wrong with them.',
  roles: [],
  successes: {
    200: {
      description: 'The settings are right, storage answers, and the timers run in time.',
      content: json('Health', 'All is well', HEALTHY),
    },
    503: {
      description: 'A setting is wrong, storage does not answer, or a timer is late.',
      content: json('Health', 'Settings are wrong, or storage does not answer', UNHEALTHY),
    },
  },
  errors: [],
};

const openapi: Operation = {
  operationId: 'openapi',
  method: 'get',
  path: '/openapi.json',
  tag: 'App',
  summary: 'This document',
  description:
    'The contract of the app as it is deployed and configured, made from the schemas that it works with.',
  roles: ['Rotations.Read'],
  query: plainQuery,
  successes: {
    200: {
      description: 'OpenAPI 3.1.',
      content: json('OpenApi', 'The beginning of it', {
        openapi: '3.1.2',
        info: { title: 'maps-key-rotation', version: '1.0.0' },
        paths: {},
      }),
    },
  },
  errors: [],
};

const eventSchema: Operation = {
  operationId: 'eventSchema',
  method: 'get',
  path: '/schemas/{eventType}',
  tag: 'App',
  summary: 'The schema of an event',
  description: 'JSON Schema of one type of event, as Event Grid delivers it. Open to everybody.',
  roles: [],
  pathParameters: eventTypePath,
  successes: {
    200: {
      description: 'The schema.',
      content: {
        'application/schema+json': {
          schema: 'JsonSchema',
          examples: {
            example: {
              summary: 'The beginning of it',
              value: {
                $schema: 'https://json-schema.org/draft/2020-12/schema',
                $id: 'urn:maps-key-rotation:event:KeyRegenerated',
                type: 'object',
              },
            },
          },
        },
      },
    },
  },
  errors: ['EventTypeNotFound'],
};

const fixed = (description: string, value: string) =>
  ({ description, required: true, schema: { const: value } }) as const;

const status: Operation = {
  operationId: 'status',
  method: 'get',
  path: '/status',
  tag: 'App',
  summary: 'The page for people',
  description:
    'The status page. It is open to everybody, since it has nothing in it: it asks the other routes for its data, with the key or the sign-in of whoever looks at it.',
  roles: [],
  successes: {
    200: {
      description: 'The page.',
      ownHeaders: {
        'Content-Security-Policy': {
          description: 'What the page may load: nothing but itself.',
          required: true,
          schema: { type: 'string' },
        },
        'Referrer-Policy': fixed('Its address may have had a key in it.', 'no-referrer'),
        'X-Frame-Options': fixed('No other page may show it.', 'DENY'),
        'Cross-Origin-Opener-Policy': fixed('No other page may reach it.', 'same-origin'),
        'Cross-Origin-Resource-Policy': fixed('No other page may load it.', 'same-origin'),
      },
      content: {
        'text/html': {
          schema: 'text',
          examples: { example: { summary: 'The beginning of it', value: '<!doctype html>' } },
        },
      },
    },
  },
  errors: [],
};

/** Every HTTP function that this document describes. */
export const OPERATIONS: readonly Operation[] = [
  ...[regenerateKey, rotateAccount],
  ...[planRotations, listRotations, getRotation],
  ...[health, openapi, eventSchema, status],
];
