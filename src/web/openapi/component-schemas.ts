import { z } from 'zod';
import {
  errorDetail,
  errorResponse,
  mapsAccountKeys,
  rotation,
  rotationError,
  rotationList,
} from '../schema/answers.ts';
import { jsonSchema, openApi } from '../schema/document-answers.ts';
import { failedScope, health, plan, plannedAccount, timerHealth, timerRun } from '../schema/fleet-answers.ts';
import { regenerateKeyBody } from '../schema/requests.ts';
import { keyType, reason, rotationState, trigger } from '../schema/values.ts';
import type { JsonSchema } from './types.ts';

const COMPONENTS = {
  MapsKeySpecification: regenerateKeyBody,
  MapsAccountKeys: mapsAccountKeys,
  ErrorResponse: errorResponse,
  ErrorDetail: errorDetail,
  KeyType: keyType,
  Rotation: rotation,
  RotationError: rotationError,
  RotationState: rotationState,
  Trigger: trigger,
  Reason: reason,
  RotationList: rotationList,
  Plan: plan,
  PlannedAccount: plannedAccount,
  FailedScope: failedScope,
  TimerRun: timerRun,
  Health: health,
  TimerHealth: timerHealth,
  OpenApi: openApi,
  JsonSchema: jsonSchema,
} as const;

export type SchemaName = keyof typeof COMPONENTS;

export function schemaReference(name: SchemaName): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** Every schema that has a name, with references to one another. */
export function componentSchemas(): Record<string, JsonSchema> {
  const named = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(COMPONENTS)) named.add(schema, { id });
  const { schemas } = z.toJSONSchema(named, {
    uri: (id) => `#/components/schemas/${id}`,
    // What is sent may get more properties: clients must not choke on them.
    io: 'input',
    override: ({ jsonSchema }) => tidy(jsonSchema),
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id, $schema, ...schema }]) => [name, schema]),
  );
}

/** One schema that has no name: of a parameter. What it is for stands beside it, not in it. */
export function parameterSchema(schema: z.ZodType): JsonSchema {
  const { $schema, description, examples, ...rest } = z.toJSONSchema(schema, {
    override: ({ jsonSchema }) => tidy(jsonSchema),
  });
  return rest;
}

/**
 * Leaves out what says nothing more: a pattern beside a format, the bounds of whole numbers, that names are text. And the
 * values of an enum that may get more, of which one is no name in C#: clients that NSwag makes can't read it as an enum.
 */
function tidy(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.describedAsText === true) delete schema.enum;
  delete schema.describedAsText;
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  delete schema.propertyNames;
}
