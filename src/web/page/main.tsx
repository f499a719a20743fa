import { render } from 'preact';
import { App } from './app.tsx';

const root = document.getElementById('app');
const auth = document.documentElement.dataset.auth === 'entra' ? 'entra' : 'key';

function show(): void {
  if (root !== null) render(<App auth={auth} />, root);
}

show();
// The browser may keep the page for its back button. The key is not kept with it: whoever comes back is asked anew.
addEventListener('pagehide', () => root !== null && render(null, root));
addEventListener('pageshow', ({ persisted }) => persisted && show());
