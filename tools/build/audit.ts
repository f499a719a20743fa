import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { type AuditReport, judgeAudit } from './third-party/audit.ts';

/** Two ways not to succeed, since only the first is about what ships. */
const EXIT = { grave: 1, unknown: 2 };

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const print = (lines: readonly string[]) => process.stdout.write(`${lines.join('\n')}\n`);

const { packages } = read('package-lock.json') as {
  packages: Record<string, { version?: string } | undefined>;
};
const verdict = judgeAudit({
  report: await askNpm(),
  shipped: readShipped(),
  versionOf: (node) => packages[node]?.version,
});
if (verdict.kind === 'unknown') {
  print([`Whether what ships has known vulnerabilities could not be asked: ${verdict.reason}`]);
  process.exitCode = EXIT.unknown;
} else {
  const { grave, others } = verdict;
  print([
    ...grave,
    ...others,
    `What ships has ${grave.length} known vulnerabilities of high or above, and ${others.length} others.`,
  ]);
  if (grave.length > 0) process.exitCode = EXIT.grave;
}

function readShipped(): ReadonlySet<string> {
  const files = globSync('dist{,-cli,-events}/sbom.cdx.json');
  if (files.length < 3) throw new Error('There is no bill of materials yet: npm run build.');
  const purls = files.flatMap((file) =>
    (read(file).components as { purl: string }[]).map(({ purl }) => purl),
  );
  return new Set(purls.map((purl) => decodeURIComponent(purl.replace('pkg:npm/', ''))));
}

/** It exits with 1 for a flaw, however small, and for a registry that can't be asked: what it prints tells them apart. */
function askNpm(): Promise<AuditReport> {
  const words = ['audit', '--json', '--fetch-retries=1', '--fetch-timeout=30000'];
  return new Promise((resolve) => {
    execFile('npm', words, { maxBuffer: 64 * 1024 * 1024, timeout: 120_000 }, (error, stdout) => {
      try {
        resolve(JSON.parse(stdout) as AuditReport);
      } catch {
        resolve({ message: error?.message ?? 'npm printed no report' });
      }
    });
  });
}
