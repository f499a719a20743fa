import { isInFlight } from '../rotations/rotations.ts';
import type { Api, RotateOrder } from '../status/api.ts';
import type { ApiFailure, RotationRow } from '../status/wire.ts';

/** How far an order to rotate has come. */
export type Progress =
  | { readonly kind: 'asking' }
  /** `because`: why the app did not simply carry it out, where it did not. */
  | { readonly kind: 'following'; readonly rotation: RotationRow; readonly because?: ApiFailure | undefined }
  | { readonly kind: 'over'; readonly rotation: RotationRow; readonly because?: ApiFailure | undefined }
  | { readonly kind: 'refused'; readonly failure: ApiFailure };

export interface FlowOptions {
  readonly api: Api;
  readonly show: (progress: Progress) => void;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly isStopped: () => boolean;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;

/** Sends the order and follows the rotation to its end. Doing both again with the same order is safe. */
export async function rotate(order: RotateOrder, options: FlowOptions): Promise<void> {
  const { api, show } = options;
  show({ kind: 'asking' });
  const answer = await api.rotate(order);
  if (options.isStopped()) return;
  if (answer.kind === 'ok') return follow(answer.value, undefined, options);
  const { failure } = answer;
  const found = failure.rotationId === undefined ? undefined : await api.rotation(failure.rotationId);
  if (found?.kind === 'ok') return follow(found.value, failure, options);
  show({ kind: 'refused', failure });
}

async function follow(
  first: RotationRow,
  because: ApiFailure | undefined,
  { api, show, sleep, isStopped }: FlowOptions,
): Promise<void> {
  let rotation = first;
  let trouble: ApiFailure | undefined;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.3, LONGEST_PAUSE_MS)) {
    if (isStopped()) return;
    if (!isInFlight(rotation)) return show({ kind: 'over', rotation, because });
    show({ kind: 'following', rotation, because: trouble ?? because });
    await sleep(pause);
    const answer = await api.rotation(rotation.rotationId);
    trouble = answer.kind === 'failed' ? answer.failure : undefined;
    if (answer.kind === 'ok') rotation = answer.value;
  }
}
