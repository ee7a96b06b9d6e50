// What a bench component takes from the machine, and how each kind is given back. The same code runs when a component is stopped in
// order and when the reaper cleans up after a run that died.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endControlGroup, killQuietly, removeQuietly } from './controlGroup.ts';

/** Something to give back. Plain data, so that a journal can hold it. */
export type Resource =
  /** A process, known by its id and start time (a reused id is not touched); `grace` milliseconds pass between TERM and KILL (0: KILL at once). */
  | { readonly kind: 'process'; readonly pid: number; readonly started: string; readonly grace: number }
  /** Every process whose arguments or environment name a path: the helpers that a program starts and may leave behind. */
  | { readonly kind: 'family'; readonly mark: string }
  /** A control group under every hierarchy's root: its processes are killed, its folders removed. */
  | { readonly kind: 'cgroup'; readonly name: string }
  /** Every network bridge whose address begins with `prefix`. */
  | { readonly kind: 'network'; readonly prefix: string }
  /** What a Kubernetes node leaves on the machine: packet filter chains, caches, links to logs. */
  | { readonly kind: 'kubernetesNode'; readonly folder: string }
  /** A folder, with everything mounted under it. */
  | { readonly kind: 'folder'; readonly path: string };

/** The start time of a process in clock ticks since boot (proc(5), field 22), or undefined when there is none (or only a zombie). */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Gives a resource back. Never throws: what is already gone is fine, and one failure must not keep the others. */
export async function release(resource: Resource): Promise<void> {
  try {
    switch (resource.kind) {
      case 'process':
        return await endProcess(resource.pid, resource.started, resource.grace);
      case 'family':
        return endFamily(resource.mark);
      case 'cgroup':
        return await endControlGroup(resource.name);
      case 'network':
        return removeBridges(resource.prefix);
      case 'kubernetesNode':
        return cleanNode(resource.folder);
      case 'folder':
        return removeFolder(resource.path);
    }
  } catch {
    // Whatever could not be given back is seen by the bench's own test, which looks for leftovers.
  }
}

async function endProcess(pid: number, started: string, grace: number): Promise<void> {
  const alive = () => startTime(pid) === started;
  for (const signal of grace > 0 ? (['SIGTERM', 'SIGKILL'] as const) : (['SIGKILL'] as const)) {
    if (!alive()) return;
    process.kill(pid, signal);
    const deadline = Date.now() + (signal === 'SIGTERM' ? grace : 5_000);
    while (alive() && Date.now() < deadline) await sleep(25);
  }
}

function endFamily(mark: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    for (const file of ['cmdline', 'environ']) {
      try {
        if (readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(mark)) killQuietly(Number(pid));
      } catch {
        // Gone, or another user's.
      }
    }
  }
}

function removeBridges(prefix: string): void {
  for (const line of run('ip', ['-o', '-4', 'addr', 'show']).split('\n')) {
    const match = /^\d+:\s+(\S+)\s+inet\s+(\S+)/.exec(line);
    if (match?.[1] && match[2]?.startsWith(prefix)) run('ip', ['link', 'delete', match[1]]);
  }
}

function cleanNode(folder: string): void {
  cleanPacketFilter();
  for (const name of listing('/var/lib/cni/results')) {
    const file = `/var/lib/cni/results/${name}`;
    if (readFileSync(file, 'utf8').includes(`${folder}/`)) rmSync(file, { force: true });
  }
  for (const name of listing('/var/log/containers')) {
    const link = `/var/log/containers/${name}`;
    if (readlinkSync(link).startsWith(`${folder}/`)) rmSync(link, { force: true });
  }
  const plugins = '/var/lib/kubelet/device-plugins'; // The one folder whose place cannot be set.
  for (const name of listing(plugins)) rmSync(join(plugins, name), { force: true });
  for (const empty of [plugins, '/var/lib/kubelet', '/var/lib/cni/results', '/var/lib/cni']) removeQuietly(empty);
}

function listing(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Removes the chains of kube-proxy, the kubelet and the CNI plugins, and every rule that names one. */
function cleanPacketFilter(): void {
  for (const [save, restore] of [
    ['iptables-save', 'iptables-restore'],
    ['ip6tables-save', 'ip6tables-restore'],
  ] as const) {
    const before = run(save, []);
    const after = before
      .split('\n')
      .filter((line) => !/\b(KUBE|CNI)-/.test(line))
      .join('\n');
    if (after !== before) execFileSync(restore, { input: after, stdio: ['pipe', 'ignore', 'ignore'] });
  }
}

function removeFolder(path: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) if (isShimOf(pid, path)) killQuietly(Number(pid));
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
    .filter((target) => target.startsWith(`${path}/`));
  for (const target of mounts.sort().reverse()) run('umount', ['-l', target]);
  rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  removeStaleShimSockets();
}

/** Whether a process is one of containerd's shims (they outlive it) that serves the containerd of this folder. */
function isShimOf(pid: string, path: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return words.includes('containerd-shim') && words.includes(`\0${path}/`);
  } catch {
    return false;
  }
}

/** containerd's shims listen in one folder of the machine; a killed shim leaves its socket file. Those nobody listens on go. */
function removeStaleShimSockets(): void {
  const folder = '/run/containerd/s';
  if (!existsSync(folder)) return;
  const live = readFileSync('/proc/net/unix', 'utf8');
  for (const name of readdirSync(folder)) if (!live.includes(name)) rmSync(join(folder, name), { force: true });
}

function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 });
  } catch {
    return '';
  }
}
