/** What is asked of `npm audit --json`; where it could not ask, it says why. */
export interface AuditReport {
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
}

interface Vulnerability {
  readonly name: string;
  /** The flaws of the package itself, and the names of those that it has flaws by. */
  readonly via: readonly (string | Advisory)[];
  /** Where it is installed. */
  readonly nodes: readonly string[];
}

interface Advisory {
  readonly title: string;
  readonly url: string;
  readonly severity: string;
}

export type Verdict =
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'known'; readonly grave: readonly string[]; readonly others: readonly string[] };

export interface Audited {
  readonly report: AuditReport;
  /** Each as `name@version`. */
  readonly shipped: ReadonlySet<string>;
  /** The version of what is installed in a folder. */
  readonly versionOf: (node: string) => string | undefined;
}

/** The known flaws of what ships. What only builds and tests is not in the hands of whoever attacks. */
export function judgeAudit({ report, shipped, versionOf }: Audited): Verdict {
  if (report.vulnerabilities === undefined) {
    return { kind: 'unknown', reason: report.message ?? 'npm gave no report' };
  }
  const found = Object.values(report.vulnerabilities).flatMap(({ name, via, nodes }) => {
    const ships = nodes.map((node) => `${name}@${versionOf(node)}`).filter((one) => shipped.has(one));
    const own = via.filter((cause) => typeof cause !== 'string');
    return ships.flatMap((one) => own.map((advisory) => ({ ...advisory, one })));
  });
  const toLine = ({ severity, one, title, url }: (typeof found)[number]) =>
    `${severity}: ${one}: ${title} (${url})`;
  const isGrave = ({ severity }: Advisory) => severity === 'high' || severity === 'critical';
  return {
    kind: 'known',
    grave: found.filter(isGrave).map(toLine),
    others: found.filter((flaw) => !isGrave(flaw)).map(toLine),
  };
}
