import { readFile } from 'node:fs/promises';
import { CliError, EXIT, usageError } from '../exit-code.ts';
import type { Io } from '../terminal/io.ts';
import { isLoopback } from './address.ts';

/** How the caller shows who he is. */
export type SignIn =
  | { readonly kind: 'function-key'; readonly key: string }
  | { readonly kind: 'entra'; readonly audience: string }
  /** An app on this machine may ask nobody. */
  | { readonly kind: 'none' };

export interface SignInOptions {
  readonly audience?: string | undefined;
  /** A path, or `-` for the standard input. */
  readonly functionKeyFile?: string | undefined;
}

const KEY_VARIABLE = 'MAPS_KEY_ROTATION_FUNCTION_KEY';
const AUDIENCE_VARIABLE = 'MAPS_KEY_ROTATION_AUDIENCE';

/** Options come before variables. The key itself is never an option: the list of processes shows those to everybody. */
export async function chooseSignIn(options: SignInOptions, app: URL, io: Io): Promise<SignIn> {
  const { audience, functionKeyFile } = options;
  if (audience !== undefined && functionKeyFile !== undefined) {
    throw usageError('Give --audience or --function-key-file, not both.');
  }
  if (functionKeyFile !== undefined) return readKeyFile(functionKeyFile, io);
  if (audience !== undefined) return toEntra(audience, '--audience');
  const { [KEY_VARIABLE]: key, [AUDIENCE_VARIABLE]: audienceSet } = io.env;
  if (key) return toKey(key, KEY_VARIABLE);
  if (audienceSet) return toEntra(audienceSet, AUDIENCE_VARIABLE);
  if (isLoopback(app)) return { kind: 'none' };
  throw usageError(
    `Say how to sign in: the variable ${KEY_VARIABLE} or --function-key-file <path> for an app with HTTP_AUTH=key, --audience api://<application id> or the variable ${AUDIENCE_VARIABLE} for one with HTTP_AUTH=entra.`,
  );
}

async function readKeyFile(path: string, io: Io): Promise<SignIn> {
  if (path === '-') return toKey(await io.readStdin(), 'The standard input');
  const text = await readFile(path, 'utf8').catch((error: { code?: string }) => {
    throw usageError(`The file of --function-key-file can not be read (${error.code ?? 'no reason given'}).`);
  });
  return toKey(text, 'The file of --function-key-file');
}

function toKey(text: string, from: string): SignIn {
  // `az` without `--output tsv` prints it in quotes.
  const key = text.trim().replace(/^(?:"(.*)"|'(.*)')$/s, '$1$2');
  if (/^[\x21-\x7e]{1,1024}$/.test(key)) return { kind: 'function-key', key };
  throw usageError(`${from} must hold a function key and nothing else: one line of ASCII without spaces.`);
}

function toEntra(given: string, from: string): SignIn {
  const audience = given.replace(/\/\.default$/, '');
  if (/^[\x21-\x7e]+$/.test(audience)) return { kind: 'entra', audience };
  throw usageError(`${from} must be the audience of the app, such as api://<application id>.`);
}

/** Makes the headers that a request needs; asked for each one, since tokens run out. */
export type Authorize = (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;

export function createAuthorize(signIn: SignIn, debug: (line: string) => void): Authorize {
  switch (signIn.kind) {
    case 'none':
      return async () => ({});
    case 'function-key':
      return async () => ({ 'x-functions-key': signIn.key });
    case 'entra':
      return bearer(signIn.audience, debug);
    default:
      return signIn satisfies never;
  }
}

function bearer(audience: string, debug: (line: string) => void): Authorize {
  const credential = loadCredential();
  return async (signal) => {
    try {
      const token = await (await credential).getToken(`${audience}/.default`, { abortSignal: signal });
      return { authorization: `Bearer ${token.token}` };
    } catch (error) {
      signal.throwIfAborted();
      debug(error instanceof Error ? error.message : String(error));
      throw new CliError(EXIT.signIn, {
        code: 'NoToken',
        message: `Nobody is signed in here who gets a token for ${audience}. Sign in with az login, and check the audience; --debug shows what was tried.`,
      });
    }
  };
}

/** Loaded for those alone who need it: it takes longer than the rest of this program. */
async function loadCredential() {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}
