import { buildApp } from './build-app.ts';
import { buildCli } from './build-cli.ts';

await buildApp({ out: 'dist' });
await buildCli('dist-cli');
