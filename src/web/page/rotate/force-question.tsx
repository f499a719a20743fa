import { useState } from 'preact/hooks';

interface ForceProps {
  readonly objection: string;
  readonly onLift: (isLifted: boolean) => void;
}

const REASONS = [
  { id: 'leaked', text: 'The key has leaked: it must die now, whoever still uses it.' },
  { id: 'unused', text: 'Nothing uses this key any more: I have checked that.' },
  { id: 'trial', text: 'The account is a trial: it does not matter.' },
] as const;

/** Lifting the policy is a decision of its own, so it takes a reason and not just another click. */
export function ForceQuestion({ objection, onLift }: ForceProps) {
  const [reason, setReason] = useState<string | undefined>();
  return (
    <fieldset class="note warn">
      <legend>The policy would not rotate it now</legend>
      <p>
        {objection} To rotate it all the same, say why. It is asked for so that you think of it; it is not
        sent.
      </p>
      {REASONS.map(({ id, text }) => (
        <label key={id} class="choice">
          <input
            type="radio"
            name="force-reason"
            checked={reason === id}
            onChange={() => {
              setReason(id);
              onLift(true);
            }}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
