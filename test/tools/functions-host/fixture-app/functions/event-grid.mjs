import { app } from '@azure/functions';

const events = [];

app.eventGrid('onEvent', {
  handler: (event) => {
    events.push(event);
    if (event.data?.fails) throw new Error('the subscriber fails');
  },
});
app.http('seenEvents', {
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: () => ({ jsonBody: { events } }),
});
