import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { RestError } from '@azure/core-rest-pipeline';

/**
 * Throws what a service refused, with the body of its answer. The lists of Key Vault's client throw "Pagination failed"
 * without one, and the code that says why is in it.
 */
export const refusalPolicy: PipelinePolicy = {
  name: 'refusalPolicy',
  async sendRequest(request, next) {
    const response = await next(request);
    if (response.status < 400) return response;
    throw new RestError('The service refused the call.', {
      statusCode: response.status,
      request,
      response,
    });
  },
};
