import { z } from 'zod';
import { parameterSchema } from './component-schemas.ts';
import type { Operation } from './operation.ts';
import type { ParameterObject, Reference } from './types.ts';

export interface Parameters {
  readonly components: Readonly<Record<string, ParameterObject>>;
  /** The references to them, by operation. */
  readonly of: (operation: Operation) => readonly Reference[];
}

/** Every parameter once, however many operations have it: those of one schema are one. */
export function collectParameters(operations: readonly Operation[]): Parameters {
  const names = new Map<unknown, string>();
  const components: Record<string, ParameterObject> = {};
  const references = new Map(
    operations.map((operation) => {
      const own = declared(operation).map(({ place, name, schema, required }) => {
        const known = names.get(schema) ?? freeName(name, operation, components);
        names.set(schema, known);
        components[known] ??= toParameter(place, name, schema, required);
        return { $ref: `#/components/parameters/${known}` };
      });
      return [operation, own] as const;
    }),
  );
  return { components, of: (operation) => references.get(operation) ?? [] };
}

interface Declared {
  readonly place: ParameterObject['in'];
  readonly name: string;
  readonly schema: z.ZodType;
  readonly required: boolean;
}

function declared({ pathParameters, query, headers = [] }: Operation): Declared[] {
  const of = (place: ParameterObject['in'], schema: z.ZodObject | undefined): Declared[] => {
    if (schema === undefined) return [];
    const required = new Set(z.toJSONSchema(schema, { io: 'input' }).required);
    return Object.entries(schema.shape).map(([name, value]) => ({
      ...{ place, name, schema: value as z.ZodType },
      required: required.has(name),
    }));
  };
  return [
    ...of('path', pathParameters),
    ...of('query', query),
    ...headers.flatMap((one) => of('header', one)),
  ];
}

function toParameter(
  place: ParameterObject['in'],
  name: string,
  schema: z.ZodType,
  required: boolean,
): ParameterObject {
  const { description = '', examples } = z.toJSONSchema(schema);
  const example = Array.isArray(examples) ? examples[0] : undefined;
  return {
    name,
    in: place,
    description,
    ...(required && { required }),
    schema: parameterSchema(schema),
    ...(example !== undefined && { example }),
  };
}

/** `api-version` → `ApiVersion`; the operation before it where another one has a parameter of that name. */
function freeName(name: string, { operationId }: Operation, taken: object): string {
  const plain = toPascalCase(name);
  return plain in taken ? toPascalCase(`${operationId}-${name}`) : plain;
}

function toPascalCase(text: string): string {
  return text.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
