import { createRequire } from 'node:module';
import { app, input } from '@azure/functions';

const hooks = [];
const runs = [];
const poison = [];
let timerRunning = 0;
let timerOverlapped = false;

app.hook.appStart(() => void hooks.push('appStart'));
app.hook.appTerminate(() => console.log('the app ended'));
app.hook.preInvocation((context) => {
  if (context.invocationContext.functionName === 'hooked') {
    context.functionHandler = () => ({ body: 'replaced' });
  }
});
app.hook.postInvocation((context) => {
  if (context.invocationContext.functionName === 'hooked') {
    context.result = { body: `${context.result.body}, then changed` };
  }
});

app.http('hooked', { methods: ['GET'], authLevel: 'anonymous', handler: () => ({ body: 'original' }) });
app.http('seen', {
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: () => ({
    jsonBody: { hooks, runs, poison, timerOverlapped, core: typeof core().registerFunction },
  }),
});

function core() {
  return createRequire(import.meta.url)('@azure/functions-core');
}

app.timer('yearly', {
  schedule: '%FIXTURE_SCHEDULE%',
  handler: (timer) => void runs.push({ name: 'yearly', timer }),
});
app.timer('everySecond', {
  schedule: '* * * * * *',
  handler: async (timer) => {
    timerOverlapped ||= timerRunning > 0;
    timerRunning++;
    runs.push({ name: 'everySecond', timer });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    timerRunning--;
  },
});
app.timer('atStart', {
  schedule: '0 0 3 1 1 *',
  runOnStartup: true,
  handler: () => {
    runs.push({ name: 'atStart' });
    throw new Error('timers may fail');
  },
});
app.timer('noSchedule', { schedule: '%NOT_SET%', handler: () => undefined });
app.timer('badSchedule', { schedule: '0 0 3 * *  ? *', handler: () => undefined });

app.storageQueue('jobs', {
  queueName: '%FIXTURE_QUEUE%',
  connection: 'AzureWebJobsStorage',
  handler: async (message, context) => {
    runs.push({
      name: 'jobs',
      message,
      metadata: context.triggerMetadata,
      binding: context.options.trigger.queueName,
    });
    if (message?.fail) {
      throw new Error('the message is refused');
    }
    if (message?.hang) {
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
  },
});
app.storageQueue('jobsPoison', {
  queueName: 'jobs-poison',
  connection: 'Storage',
  handler: (message, context) => {
    poison.push({ message, dequeueCount: context.triggerMetadata.dequeueCount });
  },
});
app.storageQueue('noConnection', { queueName: 'any', connection: 'NotSet', handler: () => undefined });
app.storageBlob('blobs', { path: 'x/{name}', connection: 'AzureWebJobsStorage', handler: () => undefined });
app.http('withInput', {
  methods: ['GET'],
  extraInputs: [input.storageBlob({ path: 'x/y', connection: 'AzureWebJobsStorage' })],
  handler: () => ({}),
});
