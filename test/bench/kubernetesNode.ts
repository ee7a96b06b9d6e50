// The node of a bench cluster: containerd, kubelet, kube-proxy and a bridge for pods.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { command, type Daemon, freePorts, startDaemon, untilReady } from './component.ts';
import { makeControlGroup } from './controlGroup.ts';
import { imageArchive } from './images.ts';
import type { Claim } from './ledger.ts';

interface NodeOptions {
  readonly folder: string;
  readonly kube: string;
  readonly kubeconfig: string;
  kubectl(...args: readonly string[]): Promise<string>;
  start(name: string, args: readonly string[]): Daemon;
  readonly containerLogMaxSize: string;
}

const bridge = 'waybillnode';
const subnet = '10.244.0';

/** Starts the node and waits until it is Ready. Only one can be on a machine: waits up to five minutes for another to go. */
export async function startNode(claim: Claim, options: NodeOptions): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('A Kubernetes node needs root: it makes networks, mounts and control groups.');
  const { folder } = options;
  for (const name of ['cni', 'manifests', 'kubelet', 'containerd', 'pods']) mkdirSync(join(folder, name), { recursive: true });
  await takeMachine(claim, folder);
  const group = basename(folder);
  claim.take({ kind: 'cgroup', name: group });
  makeControlGroup(group);
  const socket = await startContainerd(claim, folder);
  const [port, health, metrics, proxyHealth] = await freePorts(4);
  const kubelet = join(folder, 'kubelet.yaml');
  writeFileSync(kubelet, JSON.stringify(kubeletConfiguration(folder, group, socket, port ?? 0, health ?? 0, options.containerLogMaxSize)));
  const place = [
    '--root-dir',
    join(folder, 'kubelet'),
    '--cert-dir',
    join(folder, 'kubelet/pki'),
    '--hostname-override',
    'node-1',
    '--node-ip',
    `${subnet}.1`,
  ];
  const daemon = options.start('kubelet', ['--config', kubelet, '--kubeconfig', options.kubeconfig, ...place]);
  const proxy = join(folder, 'proxy.yaml');
  writeFileSync(proxy, JSON.stringify(proxyConfiguration(options.kubeconfig, metrics ?? 0, proxyHealth ?? 0)));
  options.start('proxy', ['--config', proxy]);
  const ready = '{.status.conditions[?(@.type=="Ready")].status}';
  const probe = async () => {
    if ((await options.kubectl('get', 'node', 'node-1', '-o', `jsonpath=${ready}`)) !== 'True') throw new Error('the node is not Ready');
  };
  await untilReady(daemon, probe, 60_000);
}

/** The bridge's name is the lock: the kernel gives it to one caller. */
async function takeMachine(claim: Claim, folder: string): Promise<void> {
  const deadline = Date.now() + 300_000;
  for (let told = false; ; told = true) {
    const other = otherNode();
    if (!other && (await addBridge())) break;
    if (Date.now() > deadline)
      throw new Error(`Another Kubernetes node runs on this machine (${other ?? `bridge ${bridge}`}); there is room for one.`);
    if (!told) process.stderr.write('Another Kubernetes node runs on this machine; waiting for it to end.\n');
    await sleep(1_000);
  }
  claim.take({ kind: 'network', prefix: `${subnet}.` });
  claim.take({ kind: 'kubernetesNode', folder });
  await command('ip', ['addr', 'add', `${subnet}.1/24`, 'dev', bridge]);
  await command('ip', ['link', 'set', bridge, 'up']);
  await command('sysctl', ['-q', 'net.ipv4.ip_forward=1']);
}

async function addBridge(): Promise<boolean> {
  try {
    await command('ip', ['link', 'add', bridge, 'type', 'bridge']);
    return true;
  } catch {
    return false;
  }
}

/** The process id of a kubelet that already runs here, whoever started it. */
function otherNode(): string | undefined {
  return readdirSync('/proc').find((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const [program, first] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return program?.split('/').at(-1) === 'kubelet' || (first === 'kubelet' && program?.includes('kube-'));
    } catch {
      return false;
    }
  });
}

async function startContainerd(claim: Claim, folder: string): Promise<string> {
  const socket = join(folder, 'containerd/sock');
  const network = {
    cniVersion: '0.4.0',
    name: 'waybill',
    plugins: [
      { type: 'bridge', bridge, isGateway: true, ipMasq: true, ipam: addressManagement(folder) },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
  writeFileSync(join(folder, 'cni/10-bridge.conflist'), JSON.stringify(network));
  // Without CAP_SYS_RESOURCE runc cannot lower the OOM score of a pod's sandbox, hence restrict_oom_score_adj.
  writeFileSync(
    join(folder, 'containerd.toml'),
    `version = 2
root = "${folder}/containerd/root"
state = "${folder}/containerd/state"
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  netns_mounts_under_state_dir = true
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
`,
  );
  const log = join(folder, 'containerd.log');
  const args = ['--config', join(folder, 'containerd.toml')];
  const daemon = startDaemon(claim, { name: 'containerd', command: 'containerd', args, log, grace: 0 });
  const ctr = ['-a', socket, '-n', 'k8s.io'];
  await untilReady(daemon, () => command('ctr', [...ctr, 'version']));
  const pause = await imageArchive(join(folder, 'pause'), 'localhost/pause:1', ['/bin/busybox', 'sleep', '2147483647']);
  await command('ctr', [...ctr, 'images', 'import', pause]);
  return socket;
}

function addressManagement(folder: string): object {
  const ranges = [[{ subnet: `${subnet}.0/24` }]];
  return { type: 'host-local', dataDir: join(folder, 'cni/leases'), ranges, routes: [{ dst: '0.0.0.0/0' }] };
}

function kubeletConfiguration(
  folder: string,
  group: string,
  socket: string,
  port: number,
  health: number,
  containerLogMaxSize: string,
): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${group}`,
    failCgroupV1: false,
    failSwapOn: false,
    containerRuntimeEndpoint: `unix://${socket}`,
    staticPodPath: join(folder, 'manifests'),
    podLogsDir: join(folder, 'pods'),
    evictionHard: { 'nodefs.available': '1%', 'imagefs.available': '1%', 'memory.available': '10Mi' },
    imageGCHighThresholdPercent: 100,
    port,
    readOnlyPort: 0,
    healthzPort: health,
    containerLogMaxSize,
  };
}

function proxyConfiguration(kubeconfig: string, metrics: number, health: number): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    clientConnection: { kubeconfig },
    hostnameOverride: 'node-1',
    clusterCIDR: `${subnet}.0/24`,
    metricsBindAddress: `127.0.0.1:${metrics}`,
    healthzBindAddress: `127.0.0.1:${health}`,
    conntrack: { maxPerCore: 0 },
  };
}
