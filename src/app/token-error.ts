import type { IdentityAnswer } from '../core/service-codes/identity.ts';

/** Thrown where there is no token. It tells what the identity endpoint answered, in none of its words. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly answer: IdentityAnswer;

  constructor(answer: IdentityAnswer, options?: ErrorOptions) {
    super('There is no token.', options);
    this.answer = answer;
  }
}
