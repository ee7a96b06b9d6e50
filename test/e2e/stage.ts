/** The stage of the end-to-end tests: the sample on a real engine over TLS, a registry, Kubernetes if wanted, and VS Code with the package. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { dockerEngines } from '../../client/src/docker/index.ts';
import { dockerConfigCredentials } from '../../client/src/local/dockerConfigCredentials.ts';
import { localSecrets } from '../../client/src/local/localSecrets.ts';
import { redactor } from '../../client/src/local/redactor.ts';
import { ociRegistry } from '../../client/src/registry/index.ts';
import type { BuilderMember } from '../../server/src/protocol.ts';
import { type Browser, startBrowser } from '../bench/browser.ts';
import { type Engine, startEngine } from '../bench/engine.ts';
import { type Kubernetes, startKubernetes } from '../bench/kubernetes.ts';
import { type Registry, startRegistry } from '../bench/registry.ts';
import { startVsCode, type VsCode } from '../bench/vscode.ts';
import { seedImages } from '../seed/images.ts';
import { type LocalHost, writeLocalEnvironments } from '../seed/local.ts';
import { copySample, type SampleCopy } from '../seed/sampleCopy.ts';
import { pinned } from '../start/world.ts';
import { type Workbench, workbench } from './workbench.ts';

const root = resolve(import.meta.dirname, '../..');

export interface Stage {
  readonly copy: SampleCopy;
  readonly engine: Engine;
  readonly registry: Registry;
  readonly cluster: Kubernetes;
  readonly vscode: VsCode;
  readonly workbench: Workbench;
  stop(): Promise<void>;
}

/** Everything, up to the open workbench. Stops what it started when a part does not start. */
export async function startStage(): Promise<Stage> {
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
    await seed(copy, tlsHost(engine), registry.host);
    const cluster = keep(await startKubernetes({ context: 'lantern-test' }));
    const host = tlsHost(engine);
    await writeLocalEnvironments(copy, { builder: host, dev: host, cluster: await pinned(cluster, AbortSignal.timeout(30_000)) });
    const vscode = keep(
      await startVsCode({
        folder: copy.folder,
        extensions: [await packageExtension()],
        env: { KUBECONFIG: cluster.kubeconfig },
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

/** What would stand in the way of reading a picture. */
export const quietSettings = {
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Dark Modern',
  'editor.minimap.enabled': false,
  'breadcrumbs.enabled': false,
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
};

export function tlsHost(engine: Engine): LocalHost {
  const { host, port, ca, cert, key } = engine.tcp;
  return { host: `tcp://${host}:${port}`, tls: { ca, cert, key } };
}

/** Builds the OS and base images on the engine and pushes them. */
export async function seed(copy: SampleCopy, host: LocalHost, registryHost: string): Promise<void> {
  const redacting = redactor();
  const credentials = dockerConfigCredentials({ redactor: redacting });
  const registry = ociRegistry({ credentials });
  const engines = dockerEngines({ credentials, secrets: localSecrets({ redactor: redacting }), registry });
  const member: BuilderMember = { name: 'seed', labels: {}, capacity: 1, weight: 1, draining: false, optional: false, ...host };
  const engine = engines.open(member);
  try {
    await seedImages(copy, engine, registryHost, (line) => console.log(line), AbortSignal.timeout(300_000));
  } finally {
    engine.close();
  }
}

/** Path of `waybill.vsix`, packaged anew. `WAYBILL_VSIX` names one that is there. */
export async function packageExtension(): Promise<string> {
  if (process.env.WAYBILL_VSIX) return process.env.WAYBILL_VSIX;
  await promisify(execFile)('npm', ['run', 'package'], { cwd: root });
  return join(root, 'waybill.vsix');
}

/** Packages the extension that registers a third platform; returns the path of its .vsix. */
export async function packagePlatformExtension(folder: string): Promise<string> {
  const out = join(folder, 'platform.vsix');
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', out];
  await promisify(execFile)(process.execPath, [vsce, 'package', ...flags], { cwd: join(import.meta.dirname, 'platform-extension') });
  return out;
}
