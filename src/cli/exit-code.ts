/** How a command ends, for scripts: the same numbers in each command (docs/cli.md). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  declined: 3,
  signIn: 4,
  unreachable: 5,
  unfinished: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

/** Ends a command with an exit code, with what was wrong and, where there is one, the command to go on with. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  readonly facts: ErrorFacts;
  readonly next: string | undefined;

  constructor(exitCode: ExitCode, facts: ErrorFacts, next?: string) {
    super(facts.message);
    this.exitCode = exitCode;
    this.facts = facts;
    this.next = next;
  }
}

export function usageError(message: string): CliError {
  return new CliError(EXIT.usage, { code: 'Usage', message });
}
