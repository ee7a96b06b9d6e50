/** Joins LSP to the core: documents, folders and files make the workspace; the handlers answer from it. */
import { type Connection, type InitializeResult, TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Schedules } from '../core/features/schedules.ts';
import { Method } from '../protocol.ts';
import { followDocuments, followFolders, type Ready } from './follow.ts';
import { registerDiagnosticHandlers } from './handlers/diagnosticHandlers.ts';
import { registerDockerfileHandlers } from './handlers/dockerfileHandlers.ts';
import { registerEditingHandlers } from './handlers/editingHandlers.ts';
import { registerLanguageHandlers } from './handlers/languageHandlers.ts';
import { registerRequestHandlers } from './handlers/requestHandlers.ts';
import { ignoreContexts } from './ignoreContexts.ts';
import { kubeContexts } from './kubeContexts.ts';
import { languageFeatures } from './languageFeatures.ts';
import { later } from './later.ts';
import type { ServerContext } from './serverContext.ts';
import { capabilitiesFor, noSession, type Session, sessionOf, severitiesOf } from './session.ts';
import { shellCheck, shellCheckSettings } from './shellcheck.ts';
import { workspaceHolder } from './workspaceHolder.ts';

/** @param now the clock; end-of-life dates are judged against its day */
export function startServer(connection: Connection, now: () => Date = () => new Date()): void {
  const holder = workspaceHolder(day(now()));
  const documents = new TextDocuments(TextDocument);
  const session: { value: Session } = { value: noSession };
  const lazy: { schedules?: Schedules } = {};
  const features = languageFeatures(
    () => session.value.own,
    () => session.value.rules,
    () => lazy.schedules,
    () => kube.names(),
  );
  const kube = kubeContexts();
  const contexts = ignoreContexts();
  const ready: Ready = { folders: [], loaded: Promise.resolve() };
  const workspace = async () => {
    await ready.loaded;
    holder.setToday(day(now()));
    return holder.current();
  };
  const shell = shellCheck(
    (uri) => void answered(uri),
    (line) => connection.console.info(line),
  );
  const trust = (trusted: boolean): void => {
    shell.trust(trusted);
    kube.trust(trusted);
  };
  const context: ServerContext = {
    connection,
    features,
    shellCheck: shell,
    trust,
    session: () => session.value,
    async loadSchedules() {
      lazy.schedules ??= (await import('./schedules.ts')).schedules(now);
    },
    workspace,
    async fileAt(uri) {
      const file = (await workspace()).file(uri);
      if (!file) return undefined;
      const listed = file.kind === 'dockerignore' ? await contexts(holder.current(), file.uri) : undefined;
      const own = features.of(file, listed);
      return own && { file, features: own, workspace: holder.current() };
    },
    findings: ({ file, features: own, workspace: now }) => {
      const findings = own.lint(now, file);
      const isOpen = file.kind === 'dockerfile' && documents.get(file.uri) !== undefined;
      return isOpen ? [...findings, ...shell.findings(features.parse(file), now, { settings: session.value.rules })] : findings;
    },
  };

  connection.onInitialize((params): InitializeResult => {
    session.value = sessionOf(params);
    shell.configure(session.value.shellCheck);
    trust(session.value.trusted);
    ready.folders = params.workspaceFolders?.map(({ uri }) => uri) ?? [];
    return capabilitiesFor(session.value);
  });
  const push = registerDiagnosticHandlers(context);
  // The views can wait until somebody stops typing; diagnostics do not.
  const modelChanged = later(() => void connection.sendNotification(Method.modelChanged), 100);
  /** One file may change what is said of every other. */
  const rejudge = async () => {
    modelChanged();
    if (session.value.pulls) connection.languages.diagnostics.refresh();
    else for (const document of documents.all()) await push(document.uri);
  };
  /** More is known of one document. */
  const answered = async (uri: string) => {
    if (session.value.pulls) connection.languages.diagnostics.refresh();
    else if (documents.get(uri)) await push(uri);
  };
  followFolders(connection, holder, ready, context, rejudge);
  connection.onDidChangeConfiguration(async ({ settings }: { settings?: { waybill?: { rules?: unknown; shellcheck?: unknown } } }) => {
    if (session.value.configures) connection.languages.inlayHint.refresh().catch(() => undefined);
    session.value = { ...session.value, rules: severitiesOf(settings?.waybill?.rules) };
    if (settings?.waybill) shell.configure(shellCheckSettings(settings.waybill.shellcheck));
    await rejudge();
  });
  followDocuments(connection, documents, holder, context, push, rejudge);
  registerLanguageHandlers(context);
  registerDockerfileHandlers(context);
  registerEditingHandlers(context);
  registerRequestHandlers(context, () => void rejudge());
  connection.onShutdown(() => shell.dispose());
  documents.listen(connection);
  connection.listen();
}

/** The day of a date, in the local calendar. */
function day(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
