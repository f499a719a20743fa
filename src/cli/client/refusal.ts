import { CliError, EXIT, type ExitCode } from '../exit-code.ts';
import { printable } from '../terminal/text.ts';
import { errorResponse } from './answers.ts';
import type { Answered, Exchange } from './exchange.ts';

/** Why the app did not do what it was asked. */
export function refusal(answered: Answered): CliError {
  const { status } = answered;
  const said = errorResponse.safeParse(answered.body);
  if (!said.success) return withoutReason(answered);
  const { code, message, target } = said.data.error;
  return new CliError(exitCodeOf(status, code), { code, message, ...(target !== undefined && { target }) });
}

/** A 403 of Azure Resource Manager is passed on by the app too: that is about its own identity. */
function exitCodeOf(status: number, code: string): ExitCode {
  if (status === 409) return EXIT.declined;
  if (status === 401) return EXIT.signIn;
  if (status === 403 && code === 'MissingAppRole') return EXIT.signIn;
  return EXIT.failed;
}

/** What stands before the app answered: the functions host, the platform's sign-in, a proxy. */
function withoutReason({ status, headers }: Answered): CliError {
  if (status === 401 || status === 403) {
    const message = `The app refused the sign-in (${status}): its function key, or the audience of the token, is missing or wrong.`;
    return new CliError(EXIT.signIn, { code: 'SignInRefused', message });
  }
  if (status === 404) {
    const message = 'There is nothing of this app at that address (404). Check --app.';
    return new CliError(EXIT.unreachable, { code: 'NotFound', message });
  }
  const location = headers.get('location');
  if (status >= 300 && status < 400 && location !== null) {
    const to = URL.parse(location)?.origin ?? 'another address';
    const message = `The app answered with a redirect to ${printable(to)}, which is not followed: the address is wrong, or its sign-in is for browsers alone.`;
    return new CliError(EXIT.unreachable, { code: 'Redirected', message });
  }
  return unexpectedAnswer(status);
}

export function unexpectedAnswer(status: number): CliError {
  const message = `The answer (status ${status}) is not one of this app. Check --app; something before the app may have answered.`;
  return new CliError(EXIT.unreachable, { code: 'UnexpectedAnswer', message });
}

export function unreachable(reason: string, app: URL): CliError {
  return new CliError(EXIT.unreachable, {
    code: 'Unreachable',
    message: `The app at ${app.host} can not be reached: ${reason}.`,
  });
}

/** `reached`: an earlier try may have got to the app with no answer coming back. */
export function timeIsUp(last: Exchange, method: string, reached: boolean): CliError {
  const said = last.kind === 'answered' ? errorResponse.safeParse(last.body) : undefined;
  const code = said?.success ? said.data.error.code : 'TimeIsUp';
  const why =
    last.kind === 'unanswered'
      ? `${last.reason}.`
      : said?.success
        ? said.data.error.message
        : `the app answered ${last.status}.`;
  const message = `The time of this command is up: ${why}`;
  const inDoubt = method === 'POST' && (last.kind === 'answered' || reached);
  return new CliError(inDoubt ? EXIT.unfinished : EXIT.unreachable, { code, message });
}
