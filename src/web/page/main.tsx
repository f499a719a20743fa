import { render } from 'preact';
import { App } from './app.tsx';
import { takeKey } from './credentials.ts';

const { key, rest } = takeKey(location.href);
history.replaceState(null, '', rest);

const root = document.getElementById('app');
const auth = document.documentElement.dataset.auth === 'entra' ? 'entra' : 'key';
if (root !== null) render(<App auth={auth} firstKey={key} />, root);
