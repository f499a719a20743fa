import type { FakeApp } from '../../fakes/app.ts';
import type { Scenario } from './scenario.ts';

/** What a consumer relies on, of each event in a world that has come to rest. */
export function breachesOfTelling(app: FakeApp, scenario: Scenario): string[] {
  return [...storedTwice(app, scenario), ...announcedUnready(app, scenario)];
}

/** Two drivers at work at one time can each write a version: one of them was held to be dead. */
function storedTwice({ vault }: FakeApp, { faults }: Scenario): string[] {
  if (faults.some(({ fault }) => 'kind' in fault && /^(freeze|slow)$/.test(fault.kind))) return [];
  return [vault.versions, vault.current].flatMap((secrets) => {
    const ids = secrets.map(({ rotationId }) => rotationId);
    return ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `the key of ${id} was stored twice`);
  });
}

/** An event without the secret, or without the trial, is of a key whose place another one had taken. */
function announcedUnready(app: FakeApp, { stores, knowsKeysAfter }: Scenario): string[] {
  return app.topic.accepted.flatMap(({ event, at }) => {
    if (event.type !== 'KeyRegenerated') return [];
    const { rotationId, keyLastUpdated, keyType, secretId, verified } = event.data;
    const own = app.arm.changes.find(({ lastUpdated }) => lastUpdated === keyLastUpdated);
    const isReplaced = app.arm.changes.some(
      (change) =>
        change.partition === own?.partition &&
        change.keyType === keyType &&
        change.at > (own?.at ?? 0) &&
        change.at <= at,
    );
    const secret = app.vault.versions.find(({ id }) => id === secretId);
    const breaches: string[] = [];
    if (stores && !isReplaced && !app.vault.current.some(({ value }) => value === keyLastUpdated))
      breaches.push(`${rotationId} was told, and is not the current key`);
    if (secretId === undefined && stores && !isReplaced)
      breaches.push(`${rotationId} was told without its secret`);
    if (secretId !== undefined && secret?.value !== keyLastUpdated)
      breaches.push(`${rotationId} was told with the secret of another key`);
    if (verified === undefined && knowsKeysAfter !== undefined && !isReplaced)
      breaches.push(`${rotationId} was told untried`);
    if (verified === true && at < (own?.at ?? 0) + (knowsKeysAfter ?? 0))
      breaches.push(`${rotationId} was told to be accepted before it was`);
    return breaches;
  });
}
