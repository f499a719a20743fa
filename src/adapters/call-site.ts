import type { CodeContext, ServiceName } from '../core/service-codes/types.ts';

/** Of what a call was about, for the message that says what to do. */
export interface CallSite extends CodeContext {
  readonly service: ServiceName;
  /** Whether the code that says what it is stands in `innererror`, as with Key Vault. */
  readonly hasInnerCodes?: boolean;
}
