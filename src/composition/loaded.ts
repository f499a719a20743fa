/**
 * What the functions need once they are called. It is loaded with the first call and not at start, so that the host
 * indexes the functions without waiting for the Azure SDKs.
 */
export { forCaller } from '../adapters/callers-time.ts';
export { handlePoison, handleWork } from '../app/background/handle-work.ts';
export { reconcile } from '../app/background/reconcile.ts';
export { rotateDueAccounts } from '../app/background/rotate-due-accounts.ts';
export { planRotations } from '../app/fleet/plan-rotations.ts';
export { checkHealth } from '../app/request/check-health.ts';
export { storedAnswer, toRotationAnswer } from '../app/request/read-rotations.ts';
export { regenerateKey } from '../app/request/regenerate-key.ts';
export { rotateAccount } from '../app/request/rotate-account.ts';
export { readSettings } from '../settings/settings.ts';
export { unusableStorage } from '../settings/storage-settings.ts';
export { eventSchemaReply } from '../web/replies/event-schema-reply.ts';
export { planReply } from '../web/replies/plan-reply.ts';
export { failureReply, jsonReply, keysReply, refusalReply } from '../web/replies/reply.ts';
export { refuseCaller } from '../web/requests/caller.ts';
export { refusePreconditions } from '../web/requests/preconditions.ts';
export { readFacts, readRequestIds } from '../web/requests/request-ids.ts';
export {
  prefersMinimal,
  readAccount,
  readForce,
  readKeyType,
  readPlainQuery,
} from '../web/requests/request-reader.ts';
export {
  nextLink,
  readListQuery,
  readPlanQuery,
  readRotationId,
  rotationNotFound,
} from '../web/requests/rotation-routes.ts';
export { createServices } from './create-services.ts';

/** The contract is asked for now and then: what writes it is a chunk of its own. */
export const loadOpenApi = () => import('../web/openapi/openapi.ts');
