import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { LiveValidator } from 'oav/dist/lib/liveValidation/liveValidator.js';

/*
 * node arm.ts <file of exchanges> <specification>: prints, for each exchange, what Azure's own validator has against its
 * request and its answer.
 */

const [exchanges = '', specification = ''] = process.argv.slice(2);
const validator = new LiveValidator(
  {
    directory: dirname(specification),
    swaggerPathsPattern: [basename(specification)],
    loadValidatorInBackground: false,
    loadValidatorInInitialize: true,
  },
  // Its log would go where the findings go; what matters of it is in them.
  () => {},
);
await validator.initialize();

const findings = [];
for (const pair of JSON.parse(readFileSync(exchanges, 'utf8'))) {
  const { requestValidationResult, responseValidationResult, runtimeException } =
    await validator.validateLiveRequestResponse(pair);
  findings.push({
    operationId: requestValidationResult.operationInfo.operationId,
    request: issues(requestValidationResult),
    response: issues(responseValidationResult),
    ...(runtimeException !== undefined && { failed: runtimeException.message }),
  });
}
process.stdout.write(JSON.stringify(findings));

interface Result {
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  readonly runtimeException?: { readonly message: string };
}

/** What could not be validated counts as wrong. */
function issues({ errors, runtimeException }: Result): string[] {
  return [
    ...errors.map(({ code, message }) => `${code}: ${message}`),
    ...(runtimeException === undefined ? [] : [runtimeException.message]),
  ];
}
