// What the bench needs of the machine: Debian packages and Go. As root what is missing is installed, otherwise the one command is named.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';

/** Parts of the bench that can be asked for one by one. */
export type Part =
  | 'engine'
  | 'registry'
  | 'etcd'
  | 'kubernetes'
  | 'sshd'
  | 'vscode'
  | 'browser'
  | 'shellcheck'
  | 'build-engine'
  | 'build-kubernetes'
  | 'build-oracle'
  | 'build-vscode'
  | 'build-yaml-server'
  | 'build-hadolint';

/** A file that shows that a package is there (looked for in PATH when it has no slash), and the package. */
type Need = readonly [file: string, debianPackage: string];

const docker: readonly Need[] = [
  ['dockerd', 'docker.io'],
  ['docker', 'docker-cli'],
  ['containerd', 'containerd'],
  ['runc', 'runc'],
  ['iptables', 'iptables'],
  ['ip', 'iproute2'],
  ['openssl', 'openssl'],
  ['busybox', 'busybox-static'],
];

const needs: Readonly<Record<Part, readonly Need[]>> = {
  engine: docker,
  registry: [
    ['docker-registry', 'docker-registry'],
    ['perl', 'perl-base'],
  ],
  etcd: [['etcd', 'etcd-server']],
  kubernetes: [
    ...docker.filter(([file]) => file !== 'dockerd' && file !== 'docker'),
    ['etcd', 'etcd-server'],
    ['/usr/lib/cni/bridge', 'containernetworking-plugins'],
  ],
  sshd: [
    ['sshd', 'openssh-server'],
    ['ssh', 'openssh-client'],
  ],
  vscode: [],
  shellcheck: [['shellcheck', 'shellcheck']],
  browser: [
    ['chromium', 'chromium'],
    ['/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf', 'fonts-dejavu'],
  ],
  'build-engine': [
    ['gcc', 'gcc'],
    ['pkg-config', 'pkg-config'],
    ['/usr/include/seccomp.h', 'libseccomp-dev'],
  ],
  'build-kubernetes': [],
  'build-oracle': [],
  'build-yaml-server': [],
  'build-hadolint': [['python3', 'python3']],
  'build-vscode': [
    ['g++', 'g++'],
    ['make', 'make'],
    ['python3', 'python3'],
    ['pkg-config', 'pkg-config'],
    ['/usr/include/krb5.h', 'libkrb5-dev'],
    ['/usr/include/libsecret-1/libsecret/secret.h', 'libsecret-1-dev'],
    ['/usr/include/X11/Xlib.h', 'libx11-dev'],
    ['/usr/include/X11/extensions/XKBfile.h', 'libxkbfile-dev'],
  ],
};

/** Programs of the system's administration are found too when a user's PATH leaves their folders out. */
function found(file: string): boolean {
  if (file.includes('/')) return existsSync(file);
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return folders.some((folder) => folder !== '' && existsSync(`${folder}/${file}`));
}

/** Every part. */
export const allParts: readonly Part[] = Object.keys(needs) as Part[];

/** The Debian packages that are missing for some parts. */
export function missingPackages(parts: readonly Part[]): string[] {
  const missing = parts.flatMap((part) => needs[part]).filter(([file]) => !found(file));
  return [...new Set(missing.map(([, name]) => name))];
}

/**
 * Makes sure that the packages for some parts are there. As root on Debian what is missing is installed. Returns undefined when all is
 * there, otherwise what is missing and the command that installs it.
 */
export function installPackages(parts: readonly Part[], progress: (line: string) => void = () => undefined): string | undefined {
  const missing = missingPackages(parts);
  if (missing.length === 0) return undefined;
  const advice = (names: readonly string[]) =>
    `Missing on this machine: ${names.join(', ')}. Install with: sudo apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (process.getuid?.() !== 0 || !found('apt-get')) return advice(missing.filter(aptMayKnow));
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', ...keepDaemonsDown() };
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env });
  const installable = missing.filter(aptMayKnow);
  progress(`Installing Debian packages: ${installable.join(' ')}`);
  const result = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...installable], { encoding: 'utf8', env });
  const still = missingPackages(parts);
  if (still.length === 0) return undefined;
  const said = (result.stderr || result.stdout || '').trimEnd().split('\n').slice(-5).join('\n');
  return `${advice(still.filter(aptMayKnow))}\napt-get said:\n${said}`;
}

/** As {@link installPackages}, for a caller that cannot go on without them. */
export function needPackages(...parts: readonly Part[]): void {
  const missing = installPackages(parts, (line) => process.stderr.write(`${line}\n`));
  if (missing) throw new Error(missing);
}

/** Debian has the docker client in docker.io or, later, in a package of its own: that one is asked for only where there is one. */
function aptMayKnow(name: string): boolean {
  if (name !== 'docker-cli') return true;
  const policy = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).stdout ?? '';
  return policy.includes('Candidate:') && !policy.includes('Candidate: (none)');
}

/** Packages with services start them at installation; on the bench nothing runs that it did not start. Debian's way to say so. */
function keepDaemonsDown(): NodeJS.ProcessEnv {
  return { RUNLEVEL: '1' };
}

/** The version of the Go toolchain, for example [1, 26], or undefined. With GOTOOLCHAIN=auto an older Go (from 1.21) fetches a newer. */
export function goVersion(env: NodeJS.ProcessEnv = process.env): readonly [number, number] | undefined {
  try {
    const match = /go(\d+)\.(\d+)/.exec(execFileSync('go', ['version'], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] }));
    return match ? [Number(match[1]), Number(match[2])] : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The environment for a Go build that needs at least Go 1.`minor`: as it is when the toolchain is new enough, with GOTOOLCHAIN set so that
 * the go command fetches the right one when it can. Throws with advice when there is no Go, or one before 1.21.
 */
export function goEnvironment(minor: number): NodeJS.ProcessEnv {
  const version = goVersion();
  const wanted = `1.${minor}`;
  const advice = `Install it from https://go.dev/dl/ (or Debian's package golang, where it is new enough: sudo apt-get install -y golang).`;
  if (!version)
    throw new Error(`Go is not installed; this part of the bench is built from Go modules and needs Go ${wanted} or later. ${advice}`);
  const [major, own] = version;
  if (major > 1 || own >= minor) return { ...process.env, GOTOOLCHAIN: 'auto' };
  if (own < 21) throw new Error(`Go ${major}.${own} is too old; this part of the bench needs Go ${wanted} or later. ${advice}`);
  const env = { ...process.env, GOTOOLCHAIN: `go${wanted}.0+auto` };
  if (!goVersion(env)) throw new Error(`Go ${major}.${own} is too old and could not fetch Go ${wanted}. ${advice}`);
  return env;
}
