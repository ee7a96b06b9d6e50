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

/** A certificate of the authority that ended in 2020, for the key of a request that is made here. */
export async function expiredCertificate(
  folder: string,
  authority: Pick<Certificates, 'ca' | 'caKey'>,
  extension: string,
): Promise<{ readonly key: string; readonly certificate: string }> {
  mkdirSync(folder, { recursive: true });
  const path = (name: string) => join(folder, name);
  const [key, request, certificate] = [path('key.pem'), path('request.csr'), path('certificate.pem')];
  writeFileSync(path('extension'), extension);
  writeFileSync(path('index'), '');
  const config = `[ca]\ndefault_ca=d\n[d]\ndatabase=${path('index')}\nnew_certs_dir=${folder}\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n`;
  writeFileSync(path('config'), config);
  const fresh = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=bench expired'];
  await command('openssl', [...fresh, '-keyout', key, '-out', request]);
  await command('openssl', [
    ...['ca', '-batch', '-notext', '-config', path('config'), '-cert', authority.ca, '-keyfile', authority.caKey],
    ...['-startdate', '20200101000000Z', '-enddate', '20200201000000Z', '-extfile', path('extension'), '-in', request, '-out', certificate],
  ]);
  chmodSync(key, 0o600);
  return { key, certificate };
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
