import { useState } from 'preact/hooks';
import { Dashboard } from './dashboard.tsx';
import { KeyInAddress, useKeyInAddress } from './sign-in/key-in-address.tsx';
import { NoAccess, SignIn } from './sign-in/sign-in.tsx';
import { isRefusal } from './status/api.ts';
import { useNow, useStatus } from './status/use-status.ts';
import { inUtc } from './words/words.ts';

export function App({ auth }: { auth: 'key' | 'entra' }) {
  const [hadKey, forgetIt] = useKeyInAddress();
  const [key, setKey] = useState<string>();
  const [round, setRound] = useState(0);
  const { status, api, store } = useStatus(key, round);
  const now = useNow(api.now);
  const { fleet } = status;
  const refusal = fleet.rows.length === 0 ? fleet.failure?.status : undefined;
  const isOpen = fleet.rows.length > 0 || !isRefusal(fleet.failure);
  const signIn = (given: string) => {
    setKey(given);
    setRound(round + 1);
  };
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header>
        <p class="brand">
          <strong>Maps key rotation</strong> <span class="muted">{location.host}</span>
        </p>
        <div class="controls">
          {isOpen && fleet.asOf !== undefined && <span class="muted">As of {inUtc(fleet.asOf)}</span>}
          {isOpen && (
            <button
              type="button"
              class="on-screen"
              disabled={fleet.phase === 'loading'}
              onClick={() => setRound(round + 1)}
            >
              Refresh
            </button>
          )}
          <ThemeButton />
        </div>
      </header>
      {hadKey && <KeyInAddress onClose={forgetIt} />}
      {isOpen ? (
        <Dashboard status={status} api={api} store={store} now={now} />
      ) : refusal === 401 ? (
        <SignIn auth={auth} refused={key !== undefined} onKey={signIn} />
      ) : (
        fleet.failure && <NoAccess failure={fleet.failure} />
      )}
    </>
  );
}

/** The page follows the system until told otherwise. */
function ThemeButton() {
  const [isDark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  return (
    <button
      type="button"
      class="on-screen"
      onClick={() => {
        document.documentElement.dataset.theme = isDark ? 'light' : 'dark';
        setDark(!isDark);
      }}
    >
      {isDark ? 'Light' : 'Dark'} colours
    </button>
  );
}
