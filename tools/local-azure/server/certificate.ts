import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export type Certificate = {
  /** PEM: the CA's certificate, the server's certificate and key. The CA's key is thrown away at once. */
  ca: string;
  cert: string;
  key: string;
  caFile: string;
  /** Removes the files, where they are in a temporary folder. */
  discard(): Promise<void>;
};

const day = 24 * 60 * 60 * 1000;
const validDays = 30;

/** A server certificate for localhost from a CA of its own, kept in `folder` until a day before it ends. */
export async function localCertificate(folder?: string): Promise<Certificate> {
  if (folder === undefined) {
    const temporary = await mkdtemp(join(tmpdir(), 'local-azure-'));
    await writeCertificate(temporary);
    return readCertificate(temporary, () => rm(temporary, { recursive: true, force: true }));
  }
  const kept = join(folder, 'certificate');
  if (!(await isUsable(kept))) await renew(folder, kept);
  return readCertificate(kept, async () => {});
}

/** By renames, so that of two processes which start at once each finds the one certificate, and whole. */
async function renew(folder: string, kept: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const fresh = await mkdtemp(join(folder, 'new-'));
  await writeCertificate(fresh);
  while (!(await isUsable(kept))) {
    try {
      await rename(fresh, kept);
      return;
    } catch (error) {
      if (!existsSync(kept)) throw error;
      if (!(await isUsable(kept))) await setAside(kept, `${fresh}-old`);
    }
  }
  await rm(fresh, { recursive: true, force: true });
}

async function setAside(kept: string, old: string): Promise<void> {
  await rename(kept, old).catch(() => {});
  await rm(old, { recursive: true, force: true });
}

async function writeCertificate(folder: string): Promise<void> {
  const notBeforeDate = new Date(Date.now() - day);
  const notAfterDate = new Date(Date.now() + validDays * day);
  const common = { keyType: 'ec', algorithm: 'sha256', notBeforeDate, notAfterDate } as const;
  // A name of its own: a process that trusts two CAs of one name takes the wrong one.
  const name = `Local Azure CA ${randomUUID()} (tests and demo only)`;
  const ca = await generate([{ name: 'commonName', value: name }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  await writeFile(join(folder, 'ca.pem'), ca.cert);
  await writeFile(join(folder, 'server.pem'), server.cert);
  await writeFile(join(folder, 'server-key.pem'), server.private, { mode: 0o600 });
}

async function readCertificate(folder: string, discard: () => Promise<void>): Promise<Certificate> {
  const caFile = join(folder, 'ca.pem');
  return {
    ca: await readFile(caFile, 'utf8'),
    cert: await readFile(join(folder, 'server.pem'), 'utf8'),
    key: await readFile(join(folder, 'server-key.pem'), 'utf8'),
    caFile,
    discard,
  };
}

async function isUsable(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return false;
  try {
    const { ca, cert, key } = await readCertificate(folder, async () => {});
    const server = new X509Certificate(cert);
    const signed = server.verify(new X509Certificate(ca).publicKey);
    const paired = server.checkPrivateKey(createPrivateKey(key));
    return signed && paired && Date.parse(server.validTo) > Date.now() + day;
  } catch {
    return false;
  }
}
