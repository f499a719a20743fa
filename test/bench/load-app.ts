import { createAppState, installCoreApi } from '../../tools/functions-host/worker/core-api.ts';
import { loadApp } from '../../tools/functions-host/worker/load-app.ts';

/* A process of its own for each load, so that nothing is cached: prints the milliseconds from init to all loaded. */
const [directory = 'dist'] = process.argv.slice(2);
const log = () => undefined;
const state = createAppState();
installCoreApi(state, '4.1037.0', log);
const start = performance.now();
await loadApp(directory, state, log);
process.stdout.write(`${performance.now() - start}\n`);
