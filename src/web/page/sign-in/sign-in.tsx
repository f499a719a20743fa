import { useState } from 'preact/hooks';
import type { ApiFailure } from '../status/wire.ts';
import { readKey } from './credentials.ts';

interface SignInProps {
  readonly auth: 'key' | 'entra';
  /** Whether a key was given and refused. */
  readonly refused: boolean;
  readonly onKey: (key: string) => void;
}

export function SignIn({ auth, refused, onKey }: SignInProps) {
  return (
    <main id="main" tabIndex={-1} class="card narrow">
      <h1>Sign in to see the rotations</h1>
      {auth === 'entra' ? <EntraSignIn /> : <KeyForm refused={refused} onKey={onKey} />}
    </main>
  );
}

function EntraSignIn() {
  return (
    <>
      <p>
        Your account needs the app role <code>Rotations.Read</code>, and <code>Rotations.Rotate</code> to
        rotate.
      </p>
      <p>
        <a class="button primary" href="/.auth/login/aad?post_login_redirect_uri=/api/status">
          Sign in with Microsoft Entra ID
        </a>
      </p>
    </>
  );
}

/** Told to the password managers that do not go by `autocomplete`. */
const KEEP_OUT = { 'data-1p-ignore': '', 'data-bwignore': '', 'data-lpignore': 'true' };

function KeyForm({ refused, onKey }: Pick<SignInProps, 'refused' | 'onKey'>) {
  const [text, setText] = useState('');
  const [isNone, setNone] = useState(false);
  const wrong = isNone
    ? 'This is no function key: it has no spaces or line breaks in it.'
    : 'The app refused this key.';
  return (
    <form
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        const key = readKey(text);
        setNone(key === undefined);
        if (key !== undefined) onKey(key);
      }}
    >
      <label for="key">Function key</label>
      <input
        id="key"
        type="password"
        autocomplete="off"
        {...KEEP_OUT}
        spellcheck={false}
        required
        value={text}
        aria-describedby="key-help"
        aria-invalid={refused || isNone}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      {(refused || isNone) && (
        <p class="note bad" role="alert">
          {wrong}
        </p>
      )}
      <p id="key-help" class="muted">
        In the portal: Function App, App keys, default. With the CLI:{' '}
        <code>az functionapp keys list -n … -g … --query functionKeys.default --output tsv</code>. Only this
        page has it, in memory, until you leave, reload or close it. Should the browser offer to save it,
        decline.
      </p>
      <button class="primary" type="submit">
        Show the rotations
      </button>
    </form>
  );
}

/** Signed in, but not allowed. */
export function NoAccess({ failure }: { failure: ApiFailure }) {
  const { code, message } = failure;
  return (
    <main id="main" tabIndex={-1} class="card narrow">
      <h1>You may not see this</h1>
      <p>
        {message} <code>{code}</code>
      </p>
      <p>
        Ask the owner of the app’s Entra ID application to assign you the role, then{' '}
        <a href="/.auth/logout?post_logout_redirect_uri=/api/status">sign out</a> and in again.
      </p>
    </main>
  );
}
