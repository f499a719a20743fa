import type { Recording } from '../recording.ts';

const HEADERS = {
  date: 'Mon, 05 Oct 2026 09:14:47 GMT',
  'content-type': 'application/json; charset=utf-8',
};
const CORRELATION = '0c0ffee0-0004-4000-8000-00000000aa04';
const FAILED = { ...HEADERS, 'x-correlation-id': CORRELATION };

/** On App Service errors have a shape of their own, which is not OAuth's, and no code. */
export const NO_IDENTITY: Recording = {
  sources: [
    'https://github.com/Azure-Samples/azure-search-openai-demo/issues/2148',
    'https://github.com/MicrosoftDocs/azure-docs/issues/43543',
  ],
  guess:
    'The headers are those that were recorded with 500. The second thread shows the shape, of an earlier version.',
  method: 'GET',
  path: '/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com&client_id=9a1c7a3e-52a7-4c0c-9d60-3f8a4d2b7e55',
  status: 400,
  headers: FAILED,
  body: {
    statusCode: 400,
    message:
      'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
    correlationId: CORRELATION,
  },
};

/** For a resource that nobody knows, and where Microsoft Entra ID can't be reached. */
export const NO_TOKEN: Recording = {
  sources: ['https://github.com/Azure/azure-sdk-for-net/issues/44685'],
  method: 'GET',
  path: '/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fnowhere.example',
  status: 500,
  headers: FAILED,
  body: {
    statusCode: 500,
    message: 'An unexpected error occured while fetching the AAD Token.',
    correlationId: CORRELATION,
  },
};

export const TOKEN: Recording = {
  sources: [
    'https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference',
  ],
  guess: 'Documented; recordings leave tokens out.',
  method: 'GET',
  path: '/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com',
  status: 200,
  headers: HEADERS,
  body: {
    access_token: 'eyJ0eXAiOiJKV1QifQ.eyJyZWNvcmRlZCI6dHJ1ZX0.c2lnbmF0dXJl',
    client_id: '9a1c7a3e-52a7-4c0c-9d60-3f8a4d2b7e55',
    expires_on: '1791281687',
    not_before: '1791195287',
    resource: 'https://management.azure.com',
    token_type: 'Bearer',
  },
};
