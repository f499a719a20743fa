import { FailureNote } from '../components/parts.tsx';
import type { RotationRow } from '../status/wire.ts';
import type { Progress } from './rotate-flow.ts';

const STEPS: readonly {
  readonly state: RotationRow['state'];
  readonly text: string;
  readonly isOptional?: true;
}[] = [
  { state: 'started', text: 'Started' },
  { state: 'regenerated', text: 'Key regenerated' },
  { state: 'stored', text: 'Stored in Key Vault', isOptional: true },
  { state: 'verified', text: 'Tried on Azure Maps', isOptional: true },
  { state: 'published', text: 'Subscribers told' },
  { state: 'completed', text: 'Completed' },
];

export function ProgressView({ progress }: { progress: Progress }) {
  return (
    <div role="status" class="progress">
      {progress.kind === 'asking' && <p class="busy-line">Asking the app to rotate…</p>}
      {progress.kind === 'refused' && <FailureNote failure={progress.failure} />}
      {(progress.kind === 'following' || progress.kind === 'over') && (
        <RotationProgress progress={progress} />
      )}
    </div>
  );
}

function RotationProgress({ progress }: { progress: Extract<Progress, { rotation: RotationRow }> }) {
  const { rotation, because } = progress;
  const { keyType, error, state, rotationId, verified } = rotation;
  return (
    <>
      {because !== undefined && <FailureNote failure={because} />}
      {state === 'completed' && (
        <p class="note good">
          <strong>Done.</strong> The {keyType} key was regenerated, and the event was accepted.
        </p>
      )}
      {verified === false && (
        <p class="note warn">
          Azure Maps refused the new key, as long as the app tried. Try it before you rely on it.
        </p>
      )}
      <Steps state={state} />
      {error !== undefined && <FailureNote failure={error} />}
      <p class="muted">
        Rotation <code>{rotationId}</code>
        {progress.kind === 'following' && '. You can close this: it goes on without the page.'}
      </p>
    </>
  );
}

/** An optional step shows only while it is the present one: whether it was taken can't be told afterwards. */
function Steps({ state }: { state: RotationRow['state'] }) {
  if (state === 'failed') return null;
  const reached = STEPS.findIndex((step) => step.state === state);
  return (
    <ol class="states">
      {STEPS.map((step, index) =>
        step.isOptional && index !== reached ? null : (
          <li
            key={step.state}
            class={index <= reached ? 'step done' : 'step'}
            aria-current={index === reached ? 'step' : undefined}
          >
            {step.text}
          </li>
        ),
      )}
    </ol>
  );
}
