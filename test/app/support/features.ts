import type { FakeApp } from '../../fakes/app.ts';
import { instantOf, TIME_STYLES } from '../../fakes/key-times.ts';
import type { Scenario } from './scenario.ts';
import { changesAfter, isStray, toldOf } from './told-changes.ts';

/** What the scenarios are made for: a sample of them has all of it. Digests are there once rows keep any. */
export const FEATURES: readonly string[] = [
  ...TIME_STYLES.map((style) => `a rotation with times ${style}`),
  'a rotation with lagging readings',
  'a POST in doubt',
  'two POSTs of one rotation',
  'a late change',
  'a change by hand',
  'a change by hand beside a rotation',
  'a rotation after a move',
  'a rotation of an account made again',
  'an account moved or made again during a rotation',
  'a rotation by the timer',
  'a rotation of a tagged account',
  'an observed change',
  'a machine that stood still',
  'a wall clock far off',
  'a POST sent after standing still',
  'a command for a moved account',
];

/** What really happened in a scenario: a trouble that is planned for a call that never comes is none. */
export function featuresOf(app: FakeApp, { styles, lags, commands, faults }: Scenario): Set<string> {
  const { changes, posts, lives } = app.arm;
  const own = changes.filter(({ rotationId }) => rotationId !== undefined);
  const features = new Set<string>();
  const note = (feature: string, happened: boolean) => void (happened && features.add(feature));
  const changed = (account: 0 | 1) => own.some(({ uniqueId }) => uniqueId === lives[account]?.uniqueId);
  for (const i of [0, 1] as const) {
    note(`a rotation with times ${styles[i]}`, changed(i));
    note('a rotation with lagging readings', changed(i) && lags[i] > 0);
  }
  note(
    'a POST in doubt',
    posts.some(({ sentAt, settledBy }) => settledBy - sentAt > 2),
  );
  note(
    'two POSTs of one rotation',
    posts.some(({ rotationId }, i) => posts.findIndex((other) => other.rotationId === rotationId) !== i),
  );
  note(
    'a late change',
    own.some(({ late }) => late),
  );
  note(
    'a late change that takes the place of another one',
    own.some((change) => !change.late && changesAfter(app, change).some(({ late }) => late)),
  );
  note(
    'a rotation that changed a key twice',
    new Set(own.map(({ rotationId }) => rotationId)).size < own.length,
  );
  note(
    'a change by hand',
    changes.some(({ rotationId }) => rotationId === undefined),
  );
  note(
    'a change by hand beside a rotation',
    changes.some(
      (change, i) =>
        change.rotationId === undefined &&
        changes.some((other, j) => j !== i && !isStray(other) && Math.abs(other.at - change.at) < 60),
    ),
  );
  note(
    'two changes of one time',
    changes.some((change, i) =>
      changes
        .slice(i + 1)
        .some(
          (other) =>
            other.uniqueId === change.uniqueId &&
            instantOf(change.lastUpdated) !== undefined &&
            instantOf(other.lastUpdated) === instantOf(change.lastUpdated),
        ),
    ),
  );
  note('a rotation after a move', moved(app));
  note(
    'a rotation of an account made again',
    own.some(({ uniqueId }) => lives.findIndex((life) => life.uniqueId === uniqueId) > 1),
  );
  note('an account moved or made again during a rotation', leftDuring(app));
  note(
    'a rotation by the timer',
    [...app.rotations.values()].some(({ trigger }) => trigger === 'timer'),
  );
  note(
    'a rotation of a tagged account',
    own.some(({ uniqueId, sentAt }) =>
      lives.some(
        (life) =>
          life.uniqueId === uniqueId &&
          life.tagged.some(({ from, tags }) => from <= sentAt && Object.keys(tags).length > 0),
      ),
    ),
  );
  note(
    'an observed change',
    toldOf(app).some(({ event }) => event.data.trigger === 'observed'),
  );
  note(
    'a machine that stood still',
    app.world.instances.some(({ stoodStill }) => stoodStill > 0),
  );
  note(
    'a wall clock far off',
    app.world.instances.some(({ skewSeconds }) => Math.abs(skewSeconds) > 3_000),
  );
  note(
    'a POST sent after standing still',
    faults.some(
      ({ operation, nth, fault }) =>
        operation === 'post' &&
        (fault.kind === 'suspend' || (fault.kind === 'late-send' && fault.stands === true)) &&
        posts.length > nth,
    ),
  );
  note(
    'a command for a moved account',
    commands.some(({ kind }, i) => kind === 'move' && i < commands.length - 1),
  );
  note('digests in rows', app.secrecy.prints() > 0);
  return features;
}

function moved({ arm }: FakeApp): boolean {
  return arm.changes.some(({ rotationId, uniqueId, partition }) => {
    const [first] = arm.lives.find((life) => life.uniqueId === uniqueId)?.addresses ?? [];
    return rotationId !== undefined && first !== undefined && first.partition !== partition;
  });
}

function leftDuring({ arm, rotations }: FakeApp): boolean {
  return [...rotations.values()].some(({ uniqueId, rotationId, at }) => {
    const life = arm.lives.find((each) => each.uniqueId === uniqueId);
    const sent = arm.posts.find((post) => post.rotationId === rotationId)?.sentAt;
    if (life === undefined || sent === undefined) return false;
    const ends = [life.deletedAt, ...life.addresses.map(({ from }) => from)];
    return ends.some((end) => end !== undefined && end > at && end < sent + 20);
  });
}
