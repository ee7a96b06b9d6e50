/** The stage of the end-to-end tests: the sample on a real engine over TLS, a registry, Kubernetes if wanted, and VS Code with the package. */
import { execFile } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, startBrowser } from '../bench/browser.ts';
import { makeCertificates } from '../bench/certificates.ts';
import { type Engine, startEngine } from '../bench/engine.ts';
import { type KubernetesHandle, writeKubeconfig } from '../bench/kubernetes.ts';
import { type Registry, startRegistry } from '../bench/registry.ts';
import { startVsCode, type VsCode } from '../bench/vscode.ts';
import { type LocalHost, writeLocalEnvironments } from '../seed/local.ts';
import { copySample, type SampleCopy } from '../seed/sampleCopy.ts';
import { sampleCluster } from '../start/cluster.ts';
import { pinned, seed } from '../start/world.ts';
import { type Workbench, workbench } from './workbench.ts';

const root = resolve(import.meta.dirname, '../..');

export interface StageOptions {
  /** False leaves out Kubernetes: its environments say that they cannot be reached. */
  readonly kubernetes?: boolean;
  /** False starts in Restricted Mode. */
  readonly trusted?: boolean;
  /** Further packaged extensions. */
  readonly extensions?: readonly string[];
  /** Changes the copy before the workbench opens it. */
  readonly prepare?: (copy: SampleCopy) => Promise<void>;
}

export interface Stage {
  readonly copy: SampleCopy;
  readonly engine: Engine;
  readonly registry: Registry;
  /** Absent when it was not wanted. */
  readonly cluster: KubernetesHandle | undefined;
  readonly vscode: VsCode;
  readonly workbench: Workbench;
  stop(): Promise<void>;
}

/** Everything, up to the open workbench. Stops what it started when a part does not start. */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const stops: (() => Promise<unknown>)[] = [];
  const keep = <T extends { stop(): Promise<unknown> }>(part: T): T => {
    stops.push(() => part.stop());
    return part;
  };
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const scratch = await mkdtemp(join(tmpdir(), 'waybill-e2e-'));
    stops.push(() => rm(scratch, { recursive: true, force: true }));
    const engine = keep(await startEngine());
    const registry = keep(await startRegistry());
    const copy = await copySample(join(scratch, 'lantern'));
    await seed(copy, tlsHost(engine), registry.host, (line) => console.log(line), AbortSignal.timeout(300_000));
    const cluster = options.kubernetes === false ? undefined : keep(await sampleCluster(scratch));
    const host = tlsHost(engine);
    await writeLocalEnvironments(copy, {
      builder: host,
      dev: host,
      ...(cluster ? { cluster: await pinned(cluster, AbortSignal.timeout(30_000)) } : {}),
    });
    await options.prepare?.(copy);
    const vscode = keep(
      await startVsCode({
        folder: copy.folder,
        extensions: [await packageExtension(), ...(options.extensions ?? [])],
        trusted: options.trusted ?? true,
        env: { KUBECONFIG: cluster?.kubeconfig ?? join(scratch, 'no-kubeconfig') },
        settings: quietSettings,
      }),
    );
    const browser: Browser = keep(await startBrowser());
    const page = await browser.openWorkbench(vscode.url, { width: 1440, height: 900 });
    return { copy, engine, registry, cluster, vscode, workbench: workbench(page), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The sample in Restricted Mode; its builder, its host and its cluster are one listener that counts who knocks. */
export interface SmallStage {
  readonly copy: SampleCopy;
  readonly workbench: Workbench;
  connections(): number;
  stop(): Promise<void>;
}

/**
 * @param prepare changes the copy before the workbench opens it
 * @param trusted true: all of it may be used, with nobody who answers
 */
export async function startUntrustedStage(prepare?: (copy: SampleCopy) => Promise<void>, trusted = false): Promise<SmallStage> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    let connections = 0;
    const listener = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => listener.close(resolve)));
    const address = listener.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const scratch = await mkdtemp(join(tmpdir(), 'waybill-e2e-'));
    stops.push(() => rm(scratch, { recursive: true, force: true }));
    const copy = await copySample(join(scratch, 'lantern'));
    const host = { host: `tcp://127.0.0.1:${port}` };
    const kubeconfig = writeKubeconfig(join(scratch, 'kubeconfig'), {
      server: `https://127.0.0.1:${port}`,
      ca: (await makeCertificates(join(scratch, 'pki'), ['IP:127.0.0.1'], 'nobody')).ca,
      context: 'lantern-test',
      user: 'nobody',
      token: 'none',
    });
    await writeLocalEnvironments(copy, { builder: host, dev: host, cluster: { context: 'lantern-test', cluster: {} } });
    await prepare?.(copy);
    const extensions = [await packageExtension()];
    const vscode = await startVsCode({
      folder: copy.folder,
      extensions,
      env: { KUBECONFIG: kubeconfig },
      settings: quietSettings,
      trusted,
    });
    stops.push(() => vscode.stop());
    const browser = await startBrowser();
    stops.push(() => browser.stop());
    const page = await browser.openWorkbench(vscode.url, { width: 1440, height: 900 });
    return { copy, workbench: workbench(page), connections: () => connections, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The sample with one more environment, `desk`, of a platform that another extension registers. */
export async function startPaperStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-platform-'));
  const extension = await packagePlatformExtension(folder);
  const stage = await startStage({
    kubernetes: false,
    extensions: [extension],
    async prepare(copy) {
      const desk =
        '\n  - name: desk\n    kind: paper\n    purpose: a third platform\n    paper: { drawer: top }\n    promote: { from: [] }\n';
      await appendFile(join(copy.folder, 'waybill.environments.yaml'), desk);
      await copy.commit('A desk');
    },
  });
  await rm(folder, { recursive: true, force: true });
  return stage;
}

/** What would stand in the way of reading a picture. */
export const quietSettings = {
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Dark Modern',
  'editor.minimap.enabled': false,
  'breadcrumbs.enabled': false,
  'window.commandCenter': false,
  'remote.autoForwardPorts': false,
  'workbench.layoutControl.enabled': false,
};

export function tlsHost(engine: Engine): LocalHost {
  const { host, port, ca, cert, key } = engine.tcp;
  return { host: `tcp://${host}:${port}`, tls: { ca, cert, key } };
}

/** Path of `waybill.vsix`, packaged anew when a source is younger. `WAYBILL_VSIX` names another one. */
export async function packageExtension(): Promise<string> {
  if (process.env.WAYBILL_VSIX) return process.env.WAYBILL_VSIX;
  const file = join(root, 'waybill.vsix');
  const sources = globSync(['{client,server}/src/**/*.ts', 'package.json', 'schemas/**', 'client/media/**'], { cwd: root });
  const youngest = Math.max(...sources.map((source) => statSync(join(root, source)).mtimeMs));
  const packaged = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (packaged < youngest) await promisify(execFile)('npm', ['run', 'package'], { cwd: root });
  return file;
}

/** Packages the extension that registers a third platform; returns the path of its .vsix. */
export async function packagePlatformExtension(folder: string): Promise<string> {
  const out = join(folder, 'platform.vsix');
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', out];
  await promisify(execFile)(process.execPath, [vsce, 'package', ...flags], { cwd: join(import.meta.dirname, 'platform-extension') });
  return out;
}
