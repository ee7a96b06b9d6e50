// A real Kubernetes: control plane always, one node with real pods on demand. One program plays every part (see kubernetes/main.go).
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildKubernetes } from './build.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { type Component, command, type Daemon, freePorts, startDaemon, stopping, untilReady, withClaim } from './component.ts';
import { startEtcdIn } from './etcd.ts';
import { needPackages } from './install.ts';
import { startNode } from './kubernetesNode.ts';
import type { Claim } from './ledger.ts';
import { type RestrictedUser, restrictedKubeconfig } from './restrictedUser.ts';

export interface KubernetesOptions {
  /** Starts a node that runs pods (needs root; one per machine, a second one waits for the first); true by default. */
  readonly node?: boolean;
  /** Size at which the kubelet rotates a container's log, for example `10Ki`; `10Mi` by default. */
  readonly containerLogMaxSize?: string;
  /** The context's name in the kubeconfig; `bench` by default. */
  readonly context?: string;
}

/** Where a cluster answers. Plain data, so that another process can use a cluster that this one started. */
export interface KubernetesAddress {
  readonly folder: string;
  /** Path of the administrator's kubeconfig (token, CA embedded, verified TLS). */
  readonly kubeconfig: string;
  readonly server: string;
  readonly context: string;
  /** Path of the CA's certificate. */
  readonly ca: string;
  /** Path of the program; `kube kubectl …` is kubectl. */
  readonly kube: string;
}

/** A cluster to use as its administrator. */
export interface KubernetesHandle extends KubernetesAddress {
  /** Runs kubectl as the administrator. */
  kubectl(...args: readonly string[]): Promise<string>;
  /** Applies a manifest (YAML or JSON text). */
  apply(manifest: string): Promise<string>;
  /** Makes a ServiceAccount with only the given rules and returns the path of a kubeconfig for it. */
  restrictedUser(user: RestrictedUser): Promise<string>;
  /** Path of a component's log: apiserver, controller-manager, scheduler, kubelet, proxy, containerd, etcd. */
  log(name: string): string;
}

/** A running cluster. */
export interface Kubernetes extends KubernetesHandle, Component {
  /** Kills the API server with SIGKILL; watches are cut. */
  killApiServer(): Promise<void>;
  /** Ends the API server if it runs and starts it again on the same address and data. */
  restartApiServer(): Promise<void>;
}

/** The handle for a cluster's address. */
export function kubernetesHandle(address: KubernetesAddress): KubernetesHandle {
  const { folder, kubeconfig, kube } = address;
  const kubectl = (...args: readonly string[]) => command(kube, ['kubectl', '--kubeconfig', kubeconfig, ...args]);
  const apply = (manifest: string) => {
    const file = join(folder, `apply-${randomBytes(4).toString('hex')}.yaml`);
    writeFileSync(file, manifest, { mode: 0o600 });
    return kubectl('apply', '-f', file);
  };
  return {
    ...address,
    kubectl,
    apply,
    restrictedUser: (user) => restrictedKubeconfig({ ...address, kubectl, apply }, user),
    log: (name) => join(folder, `${name}.log`),
  };
}

/** Starts a cluster; ready when the API server, the default service account and, with a node, the node are. */
export function startKubernetes(options: KubernetesOptions = {}): Promise<Kubernetes> {
  return withClaim((claim) => startClaimed(claim, options));
}

async function startClaimed(claim: Claim, options: KubernetesOptions): Promise<Kubernetes> {
  const withNode = options.node ?? true;
  needPackages(withNode ? 'kubernetes' : 'etcd');
  const kube = await buildKubernetes();
  const folder = claim.folder();
  const context = options.context ?? 'bench';
  const certificates = await makeCertificates(
    join(folder, 'pki'),
    ['IP:127.0.0.1', 'DNS:localhost', 'DNS:kubernetes.default.svc'],
    `${context} authority`,
  );
  await command('openssl', ['genrsa', '-out', join(folder, 'pki/sa.key'), '2048']);
  const [port] = await freePorts(1);
  const server = `https://127.0.0.1:${port}`;
  const kubeconfig = writeAdministrator(folder, server, certificates.ca, context);
  const handle = kubernetesHandle({ folder, kubeconfig, server, context, ca: certificates.ca, kube });
  const { kubectl } = handle;
  const etcd = await startEtcdIn(claim, folder);
  const start = (name: string, args: readonly string[]) =>
    startDaemon(claim, { name, command: kube, args: [name, ...args], log: join(folder, `${name}.log`), cwd: folder, grace: 0 });
  const startApiServer = async (): Promise<Daemon> => {
    const daemon = start('apiserver', apiServerArguments(folder, etcd.url, port ?? 0, certificates));
    await untilReady(daemon, () => kubectl('get', '--raw', '/readyz'), 60_000);
    return daemon;
  };
  let apiServer = await startApiServer();
  const common = ['--kubeconfig', kubeconfig, '--leader-elect=false', '--secure-port=0'];
  const keys = ['--service-account-private-key-file', join(folder, 'pki/sa.key'), '--root-ca-file', certificates.ca];
  const controllers = start('controller-manager', [...common, ...keys]);
  start('scheduler', common);
  if (withNode)
    await startNode(claim, { folder, kube, kubeconfig, kubectl, start, containerLogMaxSize: options.containerLogMaxSize ?? '10Mi' });
  await untilReady(controllers, () => kubectl('get', 'serviceaccount', 'default', '-n', 'default'));
  return {
    ...stopping(claim),
    ...handle,
    killApiServer: () => apiServer.end('SIGKILL'),
    restartApiServer: async () => {
      await apiServer.end('SIGTERM');
      apiServer = await startApiServer();
    },
  };
}

function writeAdministrator(folder: string, server: string, ca: string, context: string): string {
  mkdirSync(folder, { recursive: true });
  const token = randomBytes(16).toString('hex');
  writeFileSync(join(folder, 'pki/tokens.csv'), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
  return writeKubeconfig(join(folder, 'admin.conf'), { server, ca, context, user: 'admin', token });
}

/** Writes a kubeconfig with one context; the CA is embedded. Returns its path. */
export function writeKubeconfig(
  path: string,
  entry: { server: string; ca: string; context: string; user: string; token: string; namespace?: string },
): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: entry.context, cluster: { server: entry.server, 'certificate-authority-data': readFileSync(entry.ca).toString('base64') } },
    ],
    users: [{ name: entry.user, user: { token: entry.token } }],
    contexts: [
      {
        name: entry.context,
        context: { cluster: entry.context, user: entry.user, ...(entry.namespace ? { namespace: entry.namespace } : {}) },
      },
    ],
    'current-context': entry.context,
  };
  writeFileSync(path, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  return path;
}

function apiServerArguments(folder: string, etcd: string, port: number, certificates: Certificates): string[] {
  const key = join(folder, 'pki/sa.key');
  return [
    ...[`--etcd-servers=${etcd}`, '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--secure-port=${port}`],
    ...[
      `--tls-cert-file=${certificates.serverCertificate}`,
      `--tls-private-key-file=${certificates.serverKey}`,
      `--client-ca-file=${certificates.ca}`,
    ],
    ...[
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-signing-key-file=${key}`,
      `--service-account-key-file=${key}`,
    ],
    ...[`--token-auth-file=${join(folder, 'pki/tokens.csv')}`, '--authorization-mode=Node,RBAC', '--service-cluster-ip-range=10.96.0.0/16'],
    ...['--allow-privileged=true', '--endpoint-reconciler-type=none', '--kubelet-preferred-address-types=InternalIP'],
  ];
}
