// A certificate authority of one's own, made with openssl: mutual TLS is tested with certificates that verify.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './component.ts';

/** Paths of PEM files. */
export interface Certificates {
  readonly ca: string;
  readonly caKey: string;
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

/** Makes an authority, a server certificate for `names` (subjectAltName entries) and a client certificate under `folder`. */
export async function makeCertificates(
  folder: string,
  names: readonly string[] = ['IP:127.0.0.1', 'DNS:localhost'],
  authority = 'bench authority',
): Promise<Certificates> {
  mkdirSync(folder, { recursive: true });
  const ca = join(folder, 'ca.pem');
  const caKey = join(folder, 'ca-key.pem');
  await command('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'],
    ...['-subj', `/CN=${authority}`, '-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-keyout', caKey, '-out', ca],
  ]);
  const issue = async (name: string, extension: string) => {
    const [key, request, certificate] = [join(folder, `${name}-key.pem`), join(folder, `${name}.csr`), join(folder, `${name}.pem`)];
    const extensions = join(folder, `${name}.ext`);
    writeFileSync(extensions, extension);
    await command('openssl', [
      ...[
        'req',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-subj',
        `/CN=bench ${name}`,
        '-keyout',
        key,
        '-out',
        request,
      ],
    ]);
    await command('openssl', [
      ...[
        'x509',
        '-req',
        '-in',
        request,
        '-CA',
        ca,
        '-CAkey',
        caKey,
        '-CAcreateserial',
        '-days',
        '30',
        '-extfile',
        extensions,
        '-out',
        certificate,
      ],
    ]);
    chmodSync(key, 0o600);
    return { key, certificate };
  };
  const server = await issue('server', `subjectAltName=${names.join(',')}\nextendedKeyUsage=serverAuth\n`);
  const client = await issue('client', 'extendedKeyUsage=clientAuth\n');
  return {
    ca,
    caKey,
    serverCertificate: server.certificate,
    serverKey: server.key,
    clientCertificate: client.certificate,
    clientKey: client.key,
  };
}
