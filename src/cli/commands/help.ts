import type { Command, OptionSpec } from './command.ts';

/** Options that each command has. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  app: { type: 'string', value: 'url', text: 'Where the app is: https://<app>. Else MAPS_KEY_ROTATION_URL.' },
  audience: {
    type: 'string',
    value: 'uri',
    text: 'Sign in with Entra ID, for api://<application id>. Else MAPS_KEY_ROTATION_AUDIENCE.',
  },
  'function-key-file': {
    type: 'string',
    value: 'path',
    text: 'A file with the function key, or - for the standard input. Else MAPS_KEY_ROTATION_FUNCTION_KEY.',
  },
  timeout: { type: 'string', value: 'seconds', text: 'For the whole command.' },
  json: { type: 'boolean', text: 'Print JSON, and nothing else, to the standard output.' },
  debug: { type: 'boolean', text: 'Say to the standard error what is asked of the app; no keys, no tokens.' },
  help: { type: 'boolean', short: 'h', text: 'Show this.' },
  version: { type: 'boolean', text: 'Show the version.' },
};

const EXIT_CODES = `Exit codes:
  0    done
  1    failed: the rotation failed, or the app refused the request
  2    wrong usage
  3    nothing was rotated: the policy blocks or skips it, another rotation is under way, or you said no
  4    not signed in, or without the app role that it takes
  5    the app can not be reached or read in time, or something else answered
  6    the time is up (--timeout): the rotation is not over yet, or it is not known whether it has begun
  130  interrupted`;

export function generalHelp(commands: readonly Command[]): string {
  const rows = commands.map(
    ({ name, synopsis, summary }) => [`${name} ${synopsis}`.trim(), summary] as const,
  );
  return `Usage: maps-key-rotation <command> [options]

Plans, starts and follows the rotations of a deployed maps-key-rotation app.

Commands:
${columns(rows)}

Options:
${columns(Object.entries(COMMON_OPTIONS).map(optionRow))}

maps-key-rotation <command> --help has the options of a command.

${EXIT_CODES}
`;
}

export function commandHelp(command: Command): string {
  const { name, synopsis, summary, details, options, timeoutSeconds } = command;
  const time = timeoutSeconds === Infinity ? 'no end' : `${timeoutSeconds} seconds`;
  return `Usage: maps-key-rotation ${`${name} ${synopsis}`.trim()} [options]

${summary}
${details}

Options:
${columns(Object.entries({ ...options, ...COMMON_OPTIONS }).map(optionRow))}

Where --timeout is not given, the time is ${time}.

${EXIT_CODES}
`;
}

function optionRow([name, { short, value, text }]: [string, OptionSpec]): readonly [string, string] {
  const long = value === undefined ? `--${name}` : `--${name} <${value}>`;
  return [short === undefined ? long : `-${short}, ${long}`, text];
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`).join('\n');
}
