/** Opens a real editor on the scratch copy: desktop VS Code when there is one, otherwise VS Code in the browser. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackages } from '../bench/install.ts';
import { startVsCode } from '../bench/vscode.ts';
import type { World } from './world.ts';

export interface OpenEditor {
  /** What a person is told: where to look. */
  readonly message: string;
  /** Settles when the person closed the editor; never for one in the browser. */
  readonly closed: Promise<void>;
  stop(): Promise<void>;
}

/** @param vsix the packaged extension */
export async function openEditor(world: World, vsix: string, report: (line: string) => void): Promise<OpenEditor> {
  const env = world.kubeconfig ? { KUBECONFIG: world.kubeconfig } : {};
  // As root the desktop editor refuses to start without a user data folder of its own; it gets one in any case.
  return hasDesktop() ? desktop(world, vsix, env) : browser(world, vsix, env, report);
}

function hasDesktop(): boolean {
  const display = process.platform !== 'linux' || process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
  return display && spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0;
}

async function desktop(world: World, vsix: string, env: NodeJS.ProcessEnv): Promise<OpenEditor> {
  const home = await mkdtemp(join(tmpdir(), 'waybill-code-'));
  const own = ['--user-data-dir', join(home, 'user'), '--extensions-dir', join(home, 'extensions')];
  const options = { stdio: 'inherit', env: { ...process.env, ...env }, shell: process.platform === 'win32' } as const;
  spawnSync('code', [...own, '--install-extension', vsix], options);
  const child = spawn('code', [...own, '--disable-workspace-trust', '--wait', '--new-window', world.folder], options);
  return {
    message: 'VS Code opens on the sample.',
    closed: new Promise((done) => child.on('close', () => done())),
    stop: async () => {
      child.kill();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function browser(world: World, vsix: string, env: NodeJS.ProcessEnv, report: (line: string) => void): Promise<OpenEditor> {
  const missing = installPackages(['build-vscode'], report);
  if (missing) throw new Error(missing);
  const code = await startVsCode({ folder: world.folder, extensions: [vsix], env });
  return { message: `Open ${code.url}`, closed: new Promise(() => undefined), stop: () => code.stop() };
}
