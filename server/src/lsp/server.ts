/** Joins LSP to the core: documents, folders and files make the workspace; the handlers answer from it. */
import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type InitializeResult,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { FileKind } from '../core/features/workspace.ts';
import { Method } from '../protocol.ts';
import { registerDiagnosticHandlers } from './handlers/diagnosticHandlers.ts';
import { registerDockerfileHandlers } from './handlers/dockerfileHandlers.ts';
import { registerLanguageHandlers } from './handlers/languageHandlers.ts';
import { registerRequestHandlers } from './handlers/requestHandlers.ts';
import { ignoreContexts } from './ignoreContexts.ts';
import { languageFeatures } from './languageFeatures.ts';
import type { ServerContext } from './serverContext.ts';
import { capabilitiesFor, noSession, type Session, sessionOf } from './session.ts';
import { type WorkspaceHolder, workspaceHolder } from './workspaceHolder.ts';

const kindOfLanguage: Readonly<Record<string, FileKind>> = {
  dockerfile: 'dockerfile',
  'waybill-service': 'service',
  'waybill-standards': 'standards',
  'waybill-environments': 'environments',
  'waybill-record': 'record',
};

const watched = [
  '**/{Dockerfile*,*.Dockerfile,*.dockerfile,Containerfile*}',
  '**/*waybill*.{yaml,yml}',
  '**/.hadolint.{yaml,yml}',
  '**/*.dockerignore',
  '**/config/**',
  '**/conf/**',
];

/** @param now the clock; end-of-life dates are judged against its day */
export function startServer(connection: Connection, now: () => Date = () => new Date()): void {
  const holder = workspaceHolder(day(now()));
  const documents = new TextDocuments(TextDocument);
  const session: { value: Session } = { value: noSession };
  const features = languageFeatures(() => session.value.own);
  const contexts = ignoreContexts();
  const ready: Ready = { folders: [], loaded: Promise.resolve() };
  const workspace = async () => {
    await ready.loaded;
    holder.setToday(day(now()));
    return holder.current();
  };
  const context: ServerContext = {
    connection,
    features,
    session: () => session.value,
    workspace,
    async fileAt(uri) {
      const file = (await workspace()).file(uri);
      if (!file) return undefined;
      const listed = file.kind === 'dockerignore' ? await contexts(holder.current(), file.uri) : undefined;
      const own = features.of(file, listed);
      return own && { file, features: own, workspace: holder.current() };
    },
  };

  connection.onInitialize((params): InitializeResult => {
    session.value = sessionOf(params);
    ready.folders = params.workspaceFolders?.map(({ uri }) => uri) ?? [];
    return capabilitiesFor(session.value);
  });
  const push = registerDiagnosticHandlers(context);
  /** One file may change what is said of every other. */
  const rejudge = async () => {
    void connection.sendNotification(Method.modelChanged);
    if (session.value.pulls) connection.languages.diagnostics.refresh();
    else for (const document of documents.all()) await push(document.uri);
  };
  followFolders(connection, holder, ready, context, rejudge);
  followDocuments(connection, documents, holder, context, push, rejudge);
  registerLanguageHandlers(context);
  registerDockerfileHandlers(context);
  registerRequestHandlers(context);
  documents.listen(connection);
  connection.listen();
}

interface Ready {
  folders: readonly string[];
  loaded: Promise<void>;
}

type Rejudge = () => Promise<void>;

function followFolders(connection: Connection, holder: WorkspaceHolder, ready: Ready, { session }: ServerContext, rejudge: Rejudge): void {
  const load = () => {
    ready.loaded = holder.load(ready.folders);
    void ready.loaded.then(rejudge);
  };
  connection.onInitialized(() => {
    load();
    if (session().configures) void connection.client.register(DidChangeConfigurationNotification.type, { section: 'waybill' });
    if (session().watches) {
      const watchers = watched.map((globPattern) => ({ globPattern }));
      void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }
    if (!session().folders) return;
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      const gone = new Set(removed.map(({ uri }) => uri));
      ready.folders = [...ready.folders.filter((uri) => !gone.has(uri)), ...added.map(({ uri }) => uri)];
      load();
    });
  });
  connection.onDidChangeConfiguration(() => {
    if (session().configures) connection.languages.inlayHint.refresh().catch(() => undefined);
  });
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    const touched = await Promise.all(changes.map(({ uri, type }) => holder.refresh(uri, type === FileChangeType.Deleted)));
    if (touched.some(Boolean)) await rejudge();
  });
}

function followDocuments(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  holder: WorkspaceHolder,
  { session }: ServerContext,
  push: (uri: string) => Promise<void>,
  rejudge: Rejudge,
): void {
  documents.onDidChangeContent(({ document }) => {
    const before = holder.current();
    holder.edit(document.uri, kindOfLanguage[document.languageId], document.getText());
    const kind = holder.current().file(document.uri)?.kind;
    // A Dockerfile says nothing about other files, nor does a .dockerignore; every other kind may.
    const alone = kind === 'dockerfile' || kind === 'dockerignore';
    if (!alone && before.file(document.uri)?.text !== document.getText()) void rejudge();
    else if (!session().pulls) void push(document.uri);
  });
  documents.onDidClose(async ({ document }) => {
    await holder.release(document.uri);
    if (!session().pulls) connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });
}

/** The day of a date, in the local calendar. */
function day(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
