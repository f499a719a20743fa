import { z } from 'zod';

/** As much of an OpenAPI document as a reader of one can rely on. */
export const openApi = z
  .looseObject({
    openapi: z.string().meta({ description: 'Version of OpenAPI.', examples: ['3.1.2'] }),
    info: z
      .looseObject({
        title: z.string().meta({ description: 'Name of the app.' }),
        version: z.string().meta({ description: 'Version of the app.' }),
      })
      .meta({ description: 'What is described.' }),
    paths: z.record(z.string(), z.unknown()).meta({ description: 'The operations, by path and method.' }),
  })
  .meta({ description: 'A document of OpenAPI 3.1: https://spec.openapis.org/oas/v3.1.2.html' });

/** What an event looks like is in it, and not for this contract to say. */
export const jsonSchema = z
  .looseObject({
    $schema: z.url().meta({ description: 'The dialect of JSON Schema.' }),
    $id: z.string().meta({
      description: 'Id of the schema.',
      examples: ['urn:maps-key-rotation:event:KeyRegenerated'],
    }),
  })
  .meta({ description: 'A JSON Schema, draft 2020-12.' });
