// A real VS Code: code-server's workbench and extension host, without its update server, for a browser.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCodeServer } from './build.ts';
import { type Component, command, freePort, startDaemon, stopping, untilReady, withClaim } from './component.ts';
import type { Claim } from './ledger.ts';

export interface VsCodeOptions {
  /** The folder or `.code-workspace` file to open. */
  readonly folder: string;
  /** Packaged extensions (paths of .vsix files) to install first. */
  readonly extensions?: readonly string[];
  /** User settings over the bench's own (no telemetry, terminal text in the DOM, no side bar of the chat). */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Starts without Restricted Mode; true by default. With false a new folder is not trusted until someone says so. */
  readonly trusted?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** A port of one's own choice; a free one by default. */
  readonly port?: number;
}

export interface VsCode extends Component {
  /** The address to open in a browser; the folder is part of it. */
  readonly url: string;
  readonly port: number;
  readonly userData: string;
  readonly extensionsFolder: string;
  readonly log: string;
  /** Replaces the user settings while it runs. */
  writeSettings(settings: Readonly<Record<string, unknown>>): void;
}

const quiet = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'terminal.integrated.gpuAcceleration': 'off',
  'chat.disableAIFeatures': true,
  'security.workspace.trust.startupPrompt': 'never',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'window.autoDetectColorScheme': true,
  'git.openRepositoryInParentFolders': 'never',
};

/** Starts VS Code; ready when its address answers. The first start on a machine builds it (about two minutes). */
export function startVsCode(options: VsCodeOptions): Promise<VsCode> {
  return withClaim((claim) => startClaimed(claim, options));
}

async function startClaimed(claim: Claim, options: VsCodeOptions): Promise<VsCode> {
  const server = join(await buildCodeServer(), 'package/out/node/entry.js');
  const folder = claim.folder();
  const userData = join(folder, 'user');
  const extensionsFolder = join(folder, 'extensions');
  mkdirSync(join(userData, 'User'), { recursive: true });
  mkdirSync(extensionsFolder);
  const writeSettings = (settings: Readonly<Record<string, unknown>>) =>
    writeFileSync(join(userData, 'User/settings.json'), JSON.stringify({ ...quiet, ...settings }, undefined, 2));
  writeSettings(options.settings ?? {});
  const port = options.port ?? (await freePort());
  const env = {
    ...process.env,
    ...options.env,
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
    NODE_OPTIONS: '',
    NODE_TEST_CONTEXT: undefined,
  };
  const places = ['--extensions-dir', extensionsFolder, '--user-data-dir', userData, '--config', join(folder, 'config.yaml')];
  writeFileSync(join(folder, 'config.yaml'), '{}\n');
  const node = nodeProgram();
  for (const extension of options.extensions ?? []) await command(node, [server, ...places, '--install-extension', extension], { env });
  const address = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`];
  const quietly = ['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'];
  const trust = (options.trusted ?? true) ? ['--disable-workspace-trust'] : [];
  const log = join(folder, 'code-server.log');
  const args = [server, ...address, ...quietly, ...trust, ...places];
  claim.take({ kind: 'family', mark: folder });
  const daemon = startDaemon(claim, { name: 'VS Code', command: node, args, log, env, grace: 3_000 });
  await untilReady(daemon, async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2_000) });
    if (!answer.ok) throw new Error(`/healthz answers ${answer.status}`);
  });
  const parameter = options.folder.endsWith('.code-workspace') ? 'workspace' : 'folder';
  const url = `http://127.0.0.1:${port}/?${parameter}=${encodeURIComponent(options.folder)}`;
  return { ...stopping(claim), url, port, userData, extensionsFolder, log, writeSettings };
}

/** The Node that the repository brings; code-server needs its major version. */
function nodeProgram(): string {
  const own = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
  return existsSync(own) ? own : process.execPath;
}
