import type { Failure } from '../failure.ts';
import { unavailable } from '../failure.ts';
import type { IdentityAnswer } from './identity.ts';
import { identityAnswerCode } from './identity.ts';
import { toSentences } from './index.ts';
import type { CodeContext } from './types.ts';

/** Without a token nothing was sent to the service itself. */
export function identityFailure(about: CodeContext, answer: IdentityAnswer): Failure {
  const { status, correlationId, retryAfterSeconds } = answer;
  const { meaning, todo } = identityAnswerCode(answer);
  const isAboutClientId = todo.includes('AZURE_CLIENT_ID');
  return unavailable(
    'IdentityUnavailable',
    `The app got no token for ${about.service}${told(answer)}. ${toSentences([meaning, todo], about)}`,
    {
      ...(isAboutClientId && { target: 'AZURE_CLIENT_ID' }),
      ...(status !== undefined && { serviceStatus: status }),
      ...(correlationId !== undefined && { correlationId }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  );
}

function told({ kind, status }: IdentityAnswer): string {
  if (status !== undefined) return `: the identity endpoint answered ${status}`;
  return kind === 'none' ? ': the identity endpoint gave no answer' : '';
}
