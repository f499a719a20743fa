export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';

export interface LogEntry {
  time: string;
  level: LogLevel;
  /** As in Azure: `Function.<name>`, `Function.<name>.User` for what the app logs, `Host.*` for the host. */
  category: string;
  message: string;
  invocationId?: string;
}

export type LogSink = (entry: LogEntry) => void;
export type Log = (level: LogLevel, category: string, message: string, invocationId?: string) => void;

const order: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

/** `levels` is `logging.logLevel` of host.json: the longest matching category prefix decides. */
export function createLog(sink: LogSink, levels: Readonly<Record<string, LogLevel>>): Log {
  return (level, category, message, invocationId) => {
    if (order.indexOf(level) < order.indexOf(leastLevel(category, levels))) {
      return;
    }
    sink({
      time: new Date().toISOString(),
      level,
      category,
      message,
      ...(invocationId === undefined ? {} : { invocationId }),
    });
  };
}

export function formatLogEntry(entry: LogEntry): string {
  const id = entry.invocationId === undefined ? '' : ` [${entry.invocationId}]`;
  // One entry, one line: a reader can split at line ends.
  return `${entry.time} ${entry.level} ${entry.category}${id} ${entry.message.replace(/\r?\n/g, '\\n')}`;
}

function leastLevel(category: string, levels: Readonly<Record<string, LogLevel>>): LogLevel {
  let found = '';
  let level = levels.default ?? levels.Default ?? 'information';
  for (const [prefix, value] of Object.entries(levels)) {
    if (prefix.length > found.length && `${category}.`.startsWith(`${prefix}.`)) {
      found = prefix;
      level = value;
    }
  }
  return level;
}
