import { buildApp } from './build-app.ts';
import { buildCli } from './build-cli.ts';
import { buildEvents } from './build-events.ts';

await buildApp({ out: 'dist' });
await buildCli('dist-cli');
await buildEvents('dist-events');
