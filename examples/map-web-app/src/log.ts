export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: object) => void;

/** One JSON line each. Nothing of what is logged here has ever held a key. */
export const consoleLog: Log = (level, message, fields = {}) => {
  console[level](JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }));
};

/** Kind and code of an error: its message might quote what was sent. */
export function errorFields(error: unknown): object {
  const { name, code, statusCode } = error as { name?: unknown; code?: unknown; statusCode?: unknown };
  return { error: name, code, statusCode };
}
