import { app } from '@azure/functions';

app.http('hello', { methods: ['GET'], handler: () => ({ body: 'hello' }) });
