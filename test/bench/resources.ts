// What a bench component takes from the machine, and how each kind is given back. The same code runs when a component is stopped in
// order and when the reaper cleans up after a run that died.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Something to give back. Plain data, so that a journal can hold it. */
export type Resource =
  /** A process, known by its id and start time (a reused id is not touched); `grace` milliseconds pass between TERM and KILL (0: KILL at once). */
  | { readonly kind: 'process'; readonly pid: number; readonly started: string; readonly grace: number }
  /** A control group under every hierarchy's root: its processes are killed, its folders removed. */
  | { readonly kind: 'cgroup'; readonly name: string }
  /** Every network bridge whose address begins with `prefix`. */
  | { readonly kind: 'network'; readonly prefix: string }
  /** What a Kubernetes node leaves on the machine: packet filter chains, network namespaces, caches, links to logs. */
  | { readonly kind: 'kubernetesNode' }
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
      case 'cgroup':
        return await endControlGroup(resource.name);
      case 'network':
        return removeBridges(resource.prefix);
      case 'kubernetesNode':
        return cleanNode();
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

/** The folders of a group under each hierarchy: version 1 has one root per controller, version 2 has one. */
function groupFolders(name: string): string[] {
  const root = '/sys/fs/cgroup';
  const roots = existsSync(join(root, 'cgroup.controllers'))
    ? [root]
    : existsSync(root)
      ? readdirSync(root).map((part) => join(root, part))
      : [];
  return roots.map((part) => join(part, name)).filter((folder) => existsSync(folder));
}

async function endControlGroup(name: string): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    const folders = groupFolders(name).flatMap(deepestFirst);
    if (folders.length === 0) return;
    for (const folder of folders) for (const pid of processesOf(folder)) killQuietly(pid);
    for (const folder of folders) removeQuietly(folder);
    await sleep(50);
  }
}

function deepestFirst(folder: string): string[] {
  let children: string[] = [];
  try {
    children = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
  } catch {
    // The group went away while we looked.
  }
  return [...children.flatMap(deepestFirst), folder];
}

function processesOf(folder: string): number[] {
  try {
    return readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

function removeQuietly(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Still busy: the next round tries again.
  }
}

function removeBridges(prefix: string): void {
  for (const line of run('ip', ['-o', '-4', 'addr', 'show']).split('\n')) {
    const match = /^\d+:\s+(\S+)\s+inet\s+(\S+)/.exec(line);
    if (match?.[1] && match[2]?.startsWith(prefix)) run('ip', ['link', 'delete', match[1]]);
  }
}

function cleanNode(): void {
  cleanPacketFilter();
  for (const name of listing('/run/netns').filter((entry) => entry.startsWith('cni-'))) {
    run('umount', ['-l', `/run/netns/${name}`]);
    rmSync(`/run/netns/${name}`, { force: true });
  }
  for (const name of listing('/var/lib/cni/results')) rmSync(`/var/lib/cni/results/${name}`, { force: true });
  for (const name of listing('/var/log/containers')) {
    if (!existsSync(`/var/log/containers/${name}`)) rmSync(`/var/log/containers/${name}`, { force: true }); // A link to a log that is gone.
  }
  const plugins = '/var/lib/kubelet/device-plugins'; // The one folder whose place cannot be set.
  for (const name of listing(plugins)) rmSync(join(plugins, name), { force: true });
  for (const folder of [plugins, '/var/lib/kubelet', '/var/lib/cni/results', '/var/lib/cni']) removeQuietly(folder);
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
