/**
 * Why something was not done, in the terms of ARM's `ErrorResponse`: the one shape in which a failure is saved,
 * logged, answered and put into an event. Its message is ours and safe to show: no key, no upstream body unread.
 */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** The HTTP status that tells it. */
  readonly status: number;
  /** Which field, parameter or setting to change. */
  readonly target?: string;
  readonly retryAfterSeconds?: number;
  /** Whether the very same call can succeed later, with nobody changing anything here. */
  readonly passing: boolean;
  /** By which the support of a service finds the call that it refused. */
  readonly correlationId?: string;
  /** What a service answered, where `status` tells something else. */
  readonly serviceStatus?: number;
  /** The code that a service gave, where `code` is ours. */
  readonly serviceCode?: string;
}

type Extra = Partial<Omit<Failure, 'code' | 'message' | 'status'>>;

/** A failure that the caller has to mend: it stays, however often it is tried. */
export function fault(status: number, code: string, message: string, extra: Extra = {}): Failure {
  return { code, message, status, passing: false, ...extra };
}

/** A failure that passes by itself. */
export function unavailable(code: string, message: string, extra: Extra = {}): Failure {
  return { code, message, status: 503, passing: true, ...extra };
}

export function invalidConfiguration(setting: string, problem: string): Failure {
  return fault(500, 'InvalidConfiguration', `The app setting ${setting} ${problem}`, { target: setting });
}

export function accountOutOfScope(id: string): Failure {
  return fault(
    403,
    'AccountOutOfScope',
    `The account '${id}' is outside of the scopes that this app may touch. Add its id, or that of its resource group or subscription, to the app setting ROTATION_SCOPES.`,
    { target: 'ROTATION_SCOPES' },
  );
}

export function invalidSkipToken(): Failure {
  return fault(400, 'InvalidSkipToken', 'The skipToken must come from the nextLink of an earlier page.', {
    target: 'skipToken',
  });
}

/** Of a scope whose pages link to one another without end. */
export function listGoesInCircles(): Failure {
  return fault(
    502,
    'ListGoesInCircles',
    'The list of the scope goes in circles: a page links to one that was read before. The accounts up to there were taken, and others may be missing.',
  );
}

/** Of a scope whose every page links to another one. */
export function listHasNoEnd(pages: number): Failure {
  return fault(
    502,
    'ListHasNoEnd',
    `The list of the scope has not come to an end after ${pages} pages. The accounts up to there were taken, and others may be missing.`,
  );
}

/** Of a scope for which no time was left. */
export function listNotFinished(seconds: number): Failure {
  return unavailable(
    'ListNotFinished',
    `The scope was not listed to its end: the ${seconds} seconds that there are for listing all scopes were over.`,
  );
}

export function rotationInProgress(rotationId: string, retryAfterSeconds: number): Failure {
  return fault(
    409,
    'RotationInProgress',
    `The rotation ${rotationId} of this account is under way, and one runs at a time. Try again after ${retryAfterSeconds} seconds, or follow it at /api/rotations/${rotationId}.`,
    { retryAfterSeconds, passing: true },
  );
}

export function superseded(why: string): Failure {
  return fault(409, 'Superseded', `Nothing was regenerated: ${why}.`);
}

/** Of a reading of the keys that tells nothing of whether they changed. */
export function unprovedReading(why: 'outdated' | 'unproved'): Failure {
  const message =
    why === 'outdated'
      ? 'Azure Resource Manager showed an earlier state of the keys than it had shown before.'
      : 'Azure Resource Manager gave nothing by which it could be told whether the key was regenerated.';
  return unavailable('ReadingUnproved', message, { retryAfterSeconds: 2 });
}

/** Azure is just making or changing the account, which ends by itself. */
export function accountNotReady(message: string): Failure {
  return fault(409, 'NotProvisioned', message, { passing: true });
}

/** Azure Maps was asked about a new key, and refused it. */
export function keyNotAccepted(status: number, message: string): Failure {
  return { ...unavailable(KEY_NOT_ACCEPTED, message), status };
}

/** Whether a trial of a new key came to an answer, and not to what kept it from one. */
export function isKeyRefusal({ code }: Failure): boolean {
  return code === KEY_NOT_ACCEPTED;
}

const KEY_NOT_ACCEPTED = 'KeyNotAccepted';

/** Another account has the name of the one that a rotation is of. */
export function accountReplaced(): Failure {
  const message = 'The account was deleted, and another one was made under its name.';
  return fault(404, 'AccountReplaced', message);
}

export function notCarriedOut(): Failure {
  return unavailable('NotCarriedOut', 'Azure Resource Manager did not carry out the request.');
}

/** Storage keeps failing. What that means for the key is added by whoever knows it. */
export function storageUnavailable(): Failure {
  return unavailable(
    'StorageUnavailable',
    'The storage account of the app (AzureWebJobsStorage) could not be used; if that goes on, check the setting and the roles of the app on that account.',
  );
}

/**
 * Nothing was begun for a request. What became of the same one, where it came in by another way or before, is not for
 * this answer to say.
 */
export function notBegun(failure: Failure, isRepeatable: boolean): Failure {
  if (!isRepeatable) return nothingRegenerated(failure);
  const again = failure.passing ? ' Send it again, with the same id.' : '';
  const nothing = `This request regenerated no key, and will not; another one with the same id answers for itself.${again}`;
  return { ...failure, message: `${failure.message} ${nothing}` };
}

/** The caller could not be answered in time any more, so nothing was sent for them. */
export function outOfTime(): Failure {
  return unavailable(
    'NotCarriedOut',
    'There was not enough time left to have Azure Resource Manager carry out the request, so it was not sent.',
  );
}

/**
 * What a caller is told of trouble that ARM had with the request itself: what it would have answered later is not known,
 * since the caller's time was up, and not ARM's.
 */
export function withoutTime(failure: Failure): Failure {
  const isTrouble = failure.passing && (failure.status === 408 || failure.status >= 500);
  return isTrouble ? { ...failure, status: 503 } : failure;
}

/** What a caller is told of a failure where it is certain that no key was changed for him. */
export function nothingRegenerated(failure: Failure): Failure {
  // Its own message says so.
  if (failure.code === 'Superseded') return failure;
  const again = failure.passing
    ? ': send it again, with the same Repeatability-Request-ID if it had one'
    : '';
  const nothing = `No key was regenerated for this request, and none will be${again}.`;
  return { ...failure, message: `${failure.message} ${nothing}` };
}

/** The same where a request had no usable answer and came to nothing by the time the keys were read. */
export function nothingRegeneratedSoFar(failure: Failure): Failure {
  const advice =
    'The key had not been regenerated when the keys were read after that, and nothing more is sent for this request. Should Azure carry it out after all, its KeyRegenerated event follows.';
  const again = failure.passing
    ? ' Send the request again, with the same Repeatability-Request-ID if it had one.'
    : '';
  return { ...failure, message: `${failure.message} ${advice}${again}` };
}

/** The key was regenerated by an earlier request of the same id, but can't be read now. */
export function regeneratedUnread(failure: Failure): Failure {
  return {
    ...failure,
    message: `The key was regenerated, but the keys could not be read: ${failure.message}`,
  };
}

export function outcomeUnknown(retryAfterSeconds: number): Failure {
  return unavailable(
    'OutcomeUnknown',
    `Azure Resource Manager did not say in time whether the key was regenerated. That is being found out, and if it was, its KeyRegenerated event follows; nothing more is regenerated for this request. Ask again after ${retryAfterSeconds} seconds, with the same Repeatability-Request-ID if it had one.`,
    { retryAfterSeconds },
  );
}

/** What became of the rotation that a request repeats can't be looked up, for want of storage or of a token for it. */
export function outcomeNotLookedUp(cause: Failure, leastSeconds: number): Failure {
  const retryAfterSeconds = Math.max(cause.retryAfterSeconds ?? 0, leastSeconds);
  return {
    ...cause,
    code: cause.code === 'IdentityUnavailable' ? cause.code : 'OutcomeUnknown',
    message: `${cause.message} Whether an earlier request with the same id regenerated the key could not be looked up. If it did, its KeyRegenerated event follows. Ask again after ${retryAfterSeconds} seconds, with the same id.`,
    retryAfterSeconds,
  };
}
