import type { Advice } from './advice.ts';

const FIX_REQUEST = 'Correct what the message names, and send the request again.';

function badRequest(title: string, meaning: string, todo = FIX_REQUEST): Advice {
  return { title, meaning, todo };
}

/** What is wrong with a request, or with who sent it. */
export const REQUEST_ADVICE: Readonly<Record<string, Advice>> = {
  Unauthorized: badRequest(
    'Not signed in',
    'The app does not know who asks.',
    'Sign in again, or send a function key of the app.',
  ),
  MissingAppRole: badRequest(
    'Role missing',
    'You are signed in, but lack the app role that the message names.',
    'Ask the owner of the app’s Entra ID application to assign you that role (docs/deploy.md), then sign in again.',
  ),
  CrossSiteRequest: badRequest(
    'Sent by another site',
    'A page of another site made your browser send the request, so it was not carried out.',
    'Open the app’s own page and order it there. If you know nothing of it, tell whoever looks after security.',
  ),
  EventTypeNotFound: badRequest('No such event', 'No event has this type.'),
  RotationNotFound: badRequest(
    'No such rotation',
    'No rotation has this id.',
    'Check the id; rotations of another installation are not known here.',
  ),
  RepeatabilityExpired: badRequest(
    'Request too old',
    'The request was first sent more than a day ago, so it can’t be told whether it was carried out.',
    'Look at the account’s history, then send a new request with a new id.',
  ),
  RepeatabilityRequestIdReused: badRequest(
    'Request id used twice',
    'The same request id was used for the other key.',
    'Use a new id for a new request.',
  ),
  InvalidSkipToken: badRequest(
    'Wrong page',
    'The address of the page does not come from this app, or the scopes changed meanwhile.',
    'Load the list from its beginning.',
  ),
  InvalidParameter: badRequest('Wrong parameter', 'A parameter of the request can’t be used.'),
  InvalidQueryParameter: badRequest('Wrong parameter', 'A parameter in the address can’t be used.'),
  InvalidApiVersionParameter: badRequest('Wrong api-version', 'The app speaks another version.'),
  InvalidSubscriptionId: badRequest('Wrong subscription id', 'It is no GUID.'),
  InvalidResourceGroupName: badRequest('Wrong resource group', 'The name breaks Azure’s rules.'),
  InvalidAccountName: badRequest('Wrong account name', 'The name breaks Azure’s rules.'),
  InvalidHeader: badRequest(
    'Wrong header',
    'A header of the request can’t be used.',
    'Correct the header that the message names. Where that is Repeatability-First-Sent, and it is an HTTP date, the clock of the machine that sends is wrong by more than ten minutes.',
  ),
  MissingHeader: badRequest(
    'Header missing',
    'A header that goes with another one is missing.',
    'Send Repeatability-Request-ID and Repeatability-First-Sent together, or neither.',
  ),
  ConditionHeadersNotSupported: badRequest(
    'Condition not supported',
    'The request says on which condition it is to be carried out, which can’t be checked, so it was not.',
    'Send it without If-Match, If-None-Match and If-Unmodified-Since. Where it must be carried out once, send a Repeatability-Request-ID.',
  ),
  UnsupportedMediaType: badRequest('Wrong content type', 'The body must be plain JSON.'),
  RequestBodyTooLarge: badRequest('Body too large', 'The body is larger than the app reads.'),
  InvalidRequestContent: badRequest('Wrong body', 'The body is not what the route takes.'),
  InvalidKeyType: badRequest('Wrong key type', 'It is neither primary nor secondary.'),
  NoAnswer: badRequest(
    'No answer',
    'The app did not answer, so what became of the request is not known here.',
    'Check your connection and ask again: the same request is never carried out twice.',
  ),
};
