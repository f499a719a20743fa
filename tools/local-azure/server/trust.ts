import tls from 'node:tls';

/**
 * Makes this process trust the local Azure's CA, for clients in the same process; child processes get it by
 * NODE_EXTRA_CA_CERTS. Returns a function that takes the trust back. Connections that stand are not touched.
 */
export function trustCa(ca: string): () => void {
  if (typeof tls.setDefaultCACertificates !== 'function') {
    throw new Error(
      `Node ${process.version} cannot add a CA at run time (22.19 and 24.5 can): start it with NODE_EXTRA_CA_CERTS.`,
    );
  }
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...before, ca]);
  return () => {
    tls.setDefaultCACertificates(
      tls.getCACertificates('default').filter((other) => other.trim() !== ca.trim()),
    );
  };
}
