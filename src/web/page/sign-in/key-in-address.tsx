import { useEffect, useState } from 'preact/hooks';
import { ownAddress } from './credentials.ts';

/** Takes a key out of the page's address, as often as one is put there. Returns whether one was, and how to forget it. */
export function useKeyInAddress(): readonly [boolean, () => void] {
  const [wasThere, setThere] = useState(takeOut);
  useEffect(() => {
    // Who changes only the fragment of a page that is open loads nothing.
    const look = () => takeOut() && setThere(true);
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  return [wasThere, () => setThere(false)];
}

function takeOut(): boolean {
  const { hasKey, rest } = ownAddress(location.href);
  if (hasKey) history.replaceState(null, '', rest);
  return hasKey;
}

export function KeyInAddress({ onClose }: { onClose: () => void }) {
  return (
    <aside aria-label="A key in the address">
      <div class="note bad" role="alert">
        <p>
          <strong>The address had a function key in it.</strong> This page did not use it.
        </p>
        <p>
          Browsers write the addresses that they open to their disk, as in the history, and sync them to other
          machines; after <code>?</code> the server has got it, too. Whoever reads that has the key, so treat
          it as leaked.
        </p>
        <p>
          <strong>What to do:</strong> make a new key, which ends the old one:{' '}
          <code>
            az functionapp keys set -n … -g … --key-type functionKeys --key-name default --output none
          </code>
          . Delete the address wherever it was kept or sent. Then open this page without a key in its address,
          and type the new one in.
        </p>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </aside>
  );
}
