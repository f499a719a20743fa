import packageJson from '../../../package.json' with { type: 'json' };
import type { HttpAuth } from '../../settings/settings.ts';
import { componentSchemas, schemaReference } from './component-schemas.ts';
import { headerComponents } from './headers.ts';
import type { Operation } from './operation.ts';
import { TAGS } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import type { Parameters } from './parameters.ts';
import { collectParameters } from './parameters.ts';
import { responsesOf } from './responses.ts';
import type { SharedResponses } from './shared-responses.ts';
import { shareResponses } from './shared-responses.ts';
import type { OpenApiDocument, OperationObject } from './types.ts';

const DESCRIPTION = `Rotates the shared keys of Azure Maps accounts without interruption.

A regenerated key dies at once, so only a key that nobody uses may be regenerated, and the consumers need time to move before the other one goes. \`rotateAccount\` and the app's timer see to that; \`regenerateKey\` does what it is told. Each key is regenerated once, however often a request is repeated, and its \`KeyRegenerated\` event is sent until Event Grid accepts it.

Only \`regenerateKey\` answers with keys. No other answer, no event and no log has one. Names of query parameters, and all names in a path, are matched without regard to case.`;

const SECURITY_SCHEMES: Readonly<Record<HttpAuth, object>> = {
  key: {
    type: 'apiKey',
    in: 'header',
    name: 'x-functions-key',
    description:
      'A function key of the app. Never send it in the address, as `?code=`: addresses end up in logs.',
  },
  entra: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A token of Microsoft Entra ID for the application of this app, `api://<application id>/.default`, with the app roles that the operation names.',
  },
};

/** The contract of the app as it is configured: https://spec.openapis.org/oas/v3.1.2.html */
export function openApiDocument(auth: HttpAuth): OpenApiDocument {
  const parameters = collectParameters(OPERATIONS);
  const responses = shareResponses(
    new Map(OPERATIONS.map((operation) => [operation, responsesOf(operation, auth)])),
  );
  const toObject = (operation: Operation) => toOperationObject(operation, auth, parameters, responses);
  return {
    openapi: '3.1.2',
    info: {
      title: packageJson.name,
      version: packageJson.version,
      summary: packageJson.description,
      description: DESCRIPTION,
      license: { name: packageJson.license, identifier: packageJson.license },
    },
    servers: [{ url: '/api', description: 'This app' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries(
      OPERATIONS.map((operation) => [operation.path, { [operation.method]: toObject(operation) }]),
    ),
    components: {
      schemas: componentSchemas(),
      parameters: parameters.components,
      headers: headerComponents(auth),
      responses: responses.components,
      securitySchemes: { [auth]: SECURITY_SCHEMES[auth] },
    },
  };
}

function toOperationObject(
  operation: Operation,
  auth: HttpAuth,
  parameters: Parameters,
  responses: SharedResponses,
): OperationObject {
  const { operationId, tag, summary, description, externalDocs, roles, body } = operation;
  const own = parameters.of(operation);
  const content = body && { 'application/json': { schema: schemaReference(body) } };
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    ...(externalDocs && { externalDocs }),
    security: roles.length === 0 ? [] : [{ [auth]: auth === 'entra' ? roles : [] }],
    ...(own.length > 0 && { parameters: own }),
    ...(content && { requestBody: { required: true, content } }),
    responses: responses.of(operation),
  };
}
