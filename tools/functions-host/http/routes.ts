export interface Route {
  template: string;
  segments: readonly Segment[];
}

interface Segment {
  /** Matches one decoded segment of the path; its groups are the parameters' values. */
  pattern: RegExp;
  parameters: readonly Parameter[];
  catchAll: boolean;
}

interface Parameter {
  name: string;
  optional: boolean;
  defaultValue?: string;
  constraints: readonly ((value: string) => boolean)[];
}

/** The inline constraints of ASP.NET Core; one that is not known here lets everything pass. */
const constraints: Readonly<Record<string, (value: string, argument: string) => boolean>> = {
  int: (value) => /^[+-]?\d{1,10}$/.test(value) && Math.abs(Number(value)) <= 2_147_483_648,
  long: (value) => /^[+-]?\d{1,19}$/.test(value),
  bool: (value) => /^(true|false)$/i.test(value),
  guid: (value) => /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(value),
  alpha: (value) => /^[a-z]*$/i.test(value),
  decimal: (value) => /^[+-]?\d+(\.\d+)?$/.test(value),
  double: (value) => value.trim() !== '' && Number.isFinite(Number(value)),
  float: (value) => value.trim() !== '' && Number.isFinite(Number(value)),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  required: (value) => value !== '',
  minlength: (value, length) => value.length >= Number(length),
  maxlength: (value, length) => value.length <= Number(length),
  min: (value, limit) => /^[+-]?\d+$/.test(value) && Number(value) >= Number(limit),
  max: (value, limit) => /^[+-]?\d+$/.test(value) && Number(value) <= Number(limit),
  length(value, argument) {
    const [low, high = low] = argument.split(',').map(Number) as [number, number?];
    return value.length >= low && value.length <= high;
  },
  range(value, argument) {
    const [low, high] = argument.split(',').map(Number) as [number, number];
    return /^[+-]?\d+$/.test(value) && Number(value) >= low && Number(value) <= high;
  },
  regex: (value, argument) =>
    new RegExp(argument.replace(/\{\{/g, '{').replace(/\}\}/g, '}'), 'i').test(value),
};

export function parseRoute(template: string): Route {
  return { template, segments: splitTemplate(template).map(parseSegment) };
}

/** The parameters' values where the path matches. The path is one that `decodePath` made. */
export function matchRoute(route: Route, path: string): Record<string, string> | undefined {
  const parts = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  const values: Record<string, string> = {};
  for (const [index, segment] of route.segments.entries()) {
    const rest = parts.slice(index).join('/');
    const value = segment.catchAll ? rest : parts[index];
    if (!matchSegment(segment, value, values)) {
      return undefined;
    }
    if (segment.catchAll) {
      return values;
    }
  }
  return parts.length <= route.segments.length ? values : undefined;
}

/**
 * As Kestrel hands a path to the routes: decoded once except for %2F, which stays (so a value never holds a slash that
 * was none), dot segments removed; what is no valid encoding stays as it is.
 */
export function decodePath(rawPath: string): string {
  const decoded = rawPath.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    run
      .split(/(%2f)/i)
      .map((part) => (/^%2f$/i.test(part) ? part : decodeOrKeep(part)))
      .join(''),
  );
  const kept: string[] = [];
  for (const part of decoded.split('/')) {
    if (part === '..') {
      kept.length > 1 && kept.pop();
    } else if (part !== '.') {
      kept.push(part);
    }
  }
  return kept.join('/');
}

function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function matchSegment(segment: Segment, value: string | undefined, values: Record<string, string>): boolean {
  if (value === undefined || value === '') {
    const [parameter] = segment.parameters;
    if (parameter?.defaultValue !== undefined) {
      values[parameter.name] = parameter.defaultValue;
    }
    return (
      parameter !== undefined &&
      (parameter.optional || parameter.defaultValue !== undefined || segment.catchAll)
    );
  }
  const found = segment.pattern.exec(value);
  if (!found) {
    return false;
  }
  for (const [index, parameter] of segment.parameters.entries()) {
    const text = found[index + 1] ?? '';
    if (!parameter.constraints.every((allows) => allows(text))) {
      return false;
    }
    values[parameter.name] = text;
  }
  return true;
}

/** At slashes, but not at those in a constraint such as `{x:regex(a/b)}`. */
function splitTemplate(template: string): string[] {
  return template.match(/(?:\{(?:\{\{|\}\}|[^{}])*\}|[^/{])+/g) ?? [''];
}

function parseSegment(text: string): Segment {
  const parameters: Parameter[] = [];
  let catchAll = false;
  let pattern = '';
  let end = 0;
  for (const found of text.matchAll(/\{(\*{0,2})((?:\{\{|\}\}|[^{}])*)\}/g)) {
    catchAll ||= found[1] !== '';
    parameters.push(parseParameter(found[2] as string));
    pattern += escapeRegExp(text.slice(end, found.index)) + (found[1] ? '(.*)' : '(.+)');
    end = found.index + found[0].length;
  }
  pattern += escapeRegExp(text.slice(end));
  return { pattern: new RegExp(`^${pattern}$`, 'is'), parameters, catchAll };
}

function parseParameter(text: string): Parameter {
  const optional = text.endsWith('?');
  const [, name, inline, defaultValue] =
    /^([^:=]+)((?::[^:=(]+(?:\(.*?\))?)*)(?:=(.*))?$/s.exec(optional ? text.slice(0, -1) : text) ?? [];
  if (name === undefined) {
    throw new Error(`The route parameter '{${text}}' is not valid.`);
  }
  return {
    name,
    optional,
    ...(defaultValue === undefined ? {} : { defaultValue }),
    constraints: [...(inline ?? '').matchAll(/:([^:=(]+)(?:\((.*?)\)(?=:|$))?/gs)].map((found) => {
      const check = constraints[(found[1] as string).toLowerCase()];
      return check ? (value: string) => check(value, found[2] ?? '') : () => true;
    }),
  };
}

// RegExp.escape came with Node 24; the engines field of package.json allows 22.
function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
