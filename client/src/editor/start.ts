import * as vscode from 'vscode';
import type { CommandContext } from '../commands/contract/command.ts';
import { driftIn } from '../delivery/drift.ts';
import { promotionGates } from '../delivery/promotions.ts';
import { fail } from '../errors.ts';
import { commands } from '../generated/commands.ts';
import { withDockerContexts } from '../local/dockerContexts.ts';
import { systemClock } from '../local/systemClock.ts';
import type { Platform } from '../ports.ts';
import { type AppState, createAppState } from '../state/appState.ts';
import { environmentKey } from '../state/environmentWatches.ts';
import type { Subject } from '../tree/node.ts';
import type { Wiring } from '../wiring.ts';
import { type BuildLinks, buildLinks } from './buildTerminal.ts';
import { failureReporter } from './errors.ts';
import { registerImportActions } from './importActions.ts';
import { startLanguageClient } from './languageClient.ts';
import { registerLenses } from './lenses.ts';
import { registerStatusBar } from './statusBar.ts';
import { subjectOf } from './subject.ts';
import { registerTasks } from './tasks.ts';
import { editorUi } from './ui.ts';
import { settleUnfinishedBuilds } from './unfinishedBuilds.ts';
import { registerViews } from './views.ts';

/** The extension once it has started. */
export interface Editor {
  run(id: string, parameters: readonly unknown[]): Promise<void>;
  /** Returns the function that takes the platform out again. */
  registerPlatform(platform: Platform): Promise<() => void>;
  /** Stops what builds, and waits until that is recorded; a few seconds at most. */
  stop(): Promise<void>;
}

/** Where the current environment of a workspace is kept. */
const currentKey = 'current environment';
/** VS Code waits about five seconds for an extension that stops; milliseconds. */
const farewell = 4_000;

/** Starts the language client and the views, and joins commands, state and ports. Opens no connection by itself. */
export async function startEditor(context: vscode.ExtensionContext): Promise<Editor> {
  const log = vscode.window.createOutputChannel('Waybill', { log: true });
  const language = startLanguageClient(context, log);
  const documents = withDockerContexts(language.documents, () => vscode.workspace.isTrusted);
  const wiring = lazyWiring(context, documents);
  const state = createAppState(
    {
      documents,
      clock: systemClock(),
      platforms: async () => (await wiring()).ports.platforms,
      engines: async () => (await wiring()).ports.engines,
      builders: async () => (await wiring()).ports.builders,
      records: async () => (await wiring()).ports.records,
      judgePromotion: async ({ service, environment, digest }, signal) => {
        const order = { service, environment: environment.slice(environment.indexOf('/') + 1), digest };
        return promotionGates((await wiring()).ports, order, signal);
      },
      countDrift: async ({ service, environment }, signal) => {
        const order = { service, environment: environment.slice(environment.indexOf('/') + 1) };
        return (await driftIn((await wiring()).ports, order, signal))[0]?.fields.length;
      },
    },
    vscode.workspace.isTrusted,
    context.workspaceState.get<string>(currentKey),
  );
  context.subscriptions.push({ dispose: state.current.subscribe((key) => void context.workspaceState.update(currentKey, key)) });
  const views = registerViews(state);
  const reportFailure = failureReporter(log);
  const links: BuildLinks = buildLinks((name, text) => ui.openText(name, 'log', text));
  const ui = editorUi(context, state, reportFailure, links);
  const commandContext: CommandContext = {
    ui,
    state,
    documents: language.documents,
    authoring: language.authoring,
    version: String(context.extension.packageJSON.version),
    ports: async () => (await wiring()).ports,
    pinCluster: async (cluster, namespace, signal) => (await wiring()).pinCluster(cluster, namespace, signal),
    runCommand: (id, subject) => run(id, [subject]),
  };

  async function run(id: string, parameters: readonly unknown[]): Promise<void> {
    const command = commands.find((candidate) => candidate.contribution.id === id);
    try {
      if (!command) throw fail('internal', `There is no command \`${id}\`.`, 'Reload the window.');
      if (command.contribution.connects && !vscode.workspace.isTrusted) throw notTrusted();
      const subject: Subject = subjectOf(parameters, state, views.row, vscode.window.activeTextEditor?.document.uri.toString());
      log.info(id, JSON.stringify(subject));
      await command.run(commandContext, subject);
      if (!command.contribution.several) return;
      // VS Code hands the whole selection as the second parameter; the row that was clicked is among them.
      const [clicked, selection] = parameters;
      const others = Array.isArray(selection) ? selection.filter((other) => other !== clicked) : [];
      for (const other of others) await command.run(commandContext, subjectOf([other], state, views.row));
    } catch (error) {
      reportFailure(error, [{ label: 'Retry', run: () => run(id, parameters) }]);
    }
  }

  context.subscriptions.push(
    log,
    language,
    views,
    registerStatusBar(state),
    registerLenses(state),
    registerImportActions(state),
    links,
    registerTasks(commandContext, links.add),
  );
  followModel(context, state, language.onModelChanged);
  // Builds that wait go by the pools' files as they are now.
  const followPools = state.model.store.subscribe((load) => {
    if (load.state === 'ready') void wiring.made()?.then(({ ports }) => ports.builders.follow(load.value.pools));
  });
  context.subscriptions.push({ dispose: followPools });
  followTrust(context, state, () => language.sendTrust(true));
  context.subscriptions.push(settleUnfinishedBuilds(commandContext));
  context.subscriptions.push({ dispose: () => void wiring.made()?.then((made) => made.close()) });
  const stop = async () => {
    const made = await wiring.made();
    if (made) await stopBuilds(made.ports, state);
  };
  const registerPlatform = async (platform: Platform) => {
    const remove = (await wiring()).registerPlatform(platform);
    const load = state.model.store.get();
    const waiting = load.state === 'ready' ? load.value.environments.filter(({ target }) => target.kind === platform.kind) : [];
    // They were looked for before, in vain.
    for (const environment of waiting) state.environments.retry(environmentKey(environment));
    return remove;
  };
  return { run, registerPlatform, stop };
}

/** The window closes: what builds here is cancelled on its engine, and the journal says so. */
async function stopBuilds({ builders, clock }: Wiring['ports'], state: AppState): Promise<void> {
  for (const { id } of builders.builds()) builders.cancel(id);
  const patience = AbortSignal.timeout(farewell);
  while (state.operations.store.get().length > 0 && !patience.aborted) await clock.sleep(20, patience).catch(() => undefined);
}

function notTrusted() {
  return fail(
    'untrusted',
    'This folder is not trusted, so no connection is opened.',
    'Trust the folder to connect to builders and environments; linting works already.',
  );
}

interface LazyWiring {
  (): Promise<Wiring>;
  /** The wiring if it was ever needed. */
  made(): Promise<Wiring> | undefined;
}

function lazyWiring(context: vscode.ExtensionContext, documents: CommandContext['documents']): LazyWiring {
  let made: Promise<Wiring> | undefined;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const make = async () => {
    const { createPorts } = await import('../wiring.ts');
    return createPorts({
      documents,
      trusted: () => vscode.workspace.isTrusted,
      vscodeSecret: async (name) => context.secrets.get(name),
      allowProgram: (program) => askForProgram(context, program),
      ...(folder ? { folder } : {}),
    });
  };
  const wiring = () => {
    made ??= make();
    return made;
  };
  return Object.assign(wiring, { made: () => made });
}

/** Credential programs of kubeconfigs run only after the user has said so, once per program (S16). */
async function askForProgram(context: vscode.ExtensionContext, program: string): Promise<boolean> {
  const key = `allowed program ${program}`;
  if (context.globalState.get<boolean>(key)) return true;
  const allow = 'Allow';
  const answer = await vscode.window.showWarningMessage(
    `The kubeconfig runs the program \`${program}\` to sign in. Allow it?`,
    { modal: true, detail: 'Waybill asks once for each program.' },
    allow,
  );
  if (answer !== allow) return false;
  await context.globalState.update(key, true);
  return true;
}

function followModel(context: vscode.ExtensionContext, state: AppState, onModelChanged: vscode.Event<void>): void {
  const leave = state.model.store.subscribe((load) => {
    if (load.state === 'ready') void state.releases.refresh(load.value);
  });
  const releases = vscode.workspace.createFileSystemWatcher('**/.waybill/releases/**');
  const refreshReleases = () => {
    const load = state.model.store.get();
    if (load.state === 'ready') void state.releases.refresh(load.value);
  };
  context.subscriptions.push(
    { dispose: leave },
    releases,
    releases.onDidChange(refreshReleases),
    releases.onDidCreate(refreshReleases),
    releases.onDidDelete(refreshReleases),
    onModelChanged(() => void state.model.refresh()),
    { dispose: () => state.model.dispose() },
  );
  void state.model.refresh();
}

function followTrust(context: vscode.ExtensionContext, state: AppState, send: () => void): void {
  context.subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      send();
      state.trusted.set(true);
      void state.model.refresh();
    }),
  );
}
