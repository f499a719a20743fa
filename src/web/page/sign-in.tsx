import { useState } from 'preact/hooks';
import type { ApiFailure } from './wire.ts';

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

function KeyForm({ refused, onKey }: Pick<SignInProps, 'refused' | 'onKey'>) {
  const [key, setKey] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (key.trim() !== '') onKey(key.trim());
      }}
    >
      {/* Password managers keep a key by a name. */}
      <input type="text" name="username" autocomplete="username" value={location.host} readOnly hidden />
      <label for="key">Function key</label>
      <input
        id="key"
        type="password"
        autocomplete="current-password"
        spellcheck={false}
        required
        value={key}
        aria-describedby="key-help"
        aria-invalid={refused}
        onInput={({ currentTarget }) => setKey(currentTarget.value)}
      />
      {refused && (
        <p class="note bad" role="alert">
          The app refused this key.
        </p>
      )}
      <p id="key-help" class="muted">
        In the portal: Function App, App keys, default. With the CLI:{' '}
        <code>az functionapp keys list -n … -g … --query functionKeys.default</code>. It is kept in this page
        only, and gone once you close or reload it.
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
