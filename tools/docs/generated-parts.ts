import { IDENTITY_ANSWERS } from '../../src/core/service-codes/identity.ts';
import { SERVICE_CODES } from '../../src/core/service-codes/index.ts';
import { ACCOUNT_ADVICE } from '../../src/web/advice/advice-accounts.ts';
import { FAILURE_ADVICE } from '../../src/web/advice/advice-failures.ts';
import { REQUEST_ADVICE } from '../../src/web/advice/advice-requests.ts';
import { STATUS_CODES } from '../../src/web/advice/advice-services.ts';
import { codeTable, serviceCodeTable } from './code-table.ts';
import { stateDiagrams } from './state-diagram.ts';

/** The documents with parts that come from the code. */
export const GENERATED_DOCS = ['docs/architecture.md', 'docs/operate.md'];

/** The text with its generated parts anew: each stands between two comments that name it. */
export function withGeneratedParts(text: string): string {
  const parts = generatedParts();
  return text.replace(MARKED, (_all, begin: string, name: string, end: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`There is no generated part '${name}'.`);
    return `${begin}\n${part}\n${end}`;
  });
}

const MARKED = /(<!-- npm run docs: ([\w-]+) -->)\n[\s\S]*?(<!-- end -->)/g;

function generatedParts(): Readonly<Record<string, string>> {
  const { regenerating, telling } = stateDiagrams();
  return {
    regenerating: mermaid(regenerating),
    telling: mermaid(telling),
    'account-codes': codeTable(ACCOUNT_ADVICE),
    'failure-codes': codeTable(FAILURE_ADVICE),
    'request-codes': codeTable(REQUEST_ADVICE),
    'arm-codes': serviceCodeTable(SERVICE_CODES['Azure Resource Manager']),
    'key-vault-codes': serviceCodeTable(SERVICE_CODES['Key Vault']),
    'event-grid-codes': serviceCodeTable(SERVICE_CODES['Event Grid']),
    'maps-codes': serviceCodeTable(SERVICE_CODES['Azure Maps']),
    'storage-codes': serviceCodeTable(SERVICE_CODES['Azure Storage']),
    'status-codes': serviceCodeTable(STATUS_CODES),
    'identity-answers': serviceCodeTable(IDENTITY_ANSWERS),
  };
}

function mermaid(diagram: string): string {
  return `\`\`\`mermaid\n${diagram}\n\`\`\``;
}
