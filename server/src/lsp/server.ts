/** Joins LSP to the core: every row asks the kind of the file once and converts the answer. */
import { setImmediate as turn } from 'node:timers/promises';
import {
  CodeActionKind,
  type Connection,
  DidChangeWatchedFilesNotification,
  DocumentDiagnosticReportKind,
  FileChangeType,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { buildSpec } from '../core/features/buildSpec.ts';
import { effective } from '../core/features/effective.ts';
import { workspaceModel } from '../core/features/model.ts';
import type { FileKind, WorkspaceFile } from '../core/features/workspace.ts';
import type { Finding } from '../core/rules/rule.ts';
import { type BuildSpecParams, type EffectiveParams, Method } from '../protocol.ts';
import { actionOf, completionOf, diagnosticOf, hoverOf, linkOf, symbolOf } from './convert.ts';
import { type LanguageFeatures, languageFeatures } from './languageFeatures.ts';
import { workspaceHolder } from './workspaceHolder.ts';

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
  '**/config/**',
  '**/conf/**',
];

interface Session {
  readonly pulls: boolean;
  readonly watches: boolean;
  readonly folders: boolean;
  readonly pages?: string;
}

/** @param now the clock; end-of-life dates are judged against its day */
export function startServer(connection: Connection, now: () => Date = () => new Date()): void {
  const holder = workspaceHolder(day(now()));
  const documents = new TextDocuments(TextDocument);
  const features = languageFeatures();
  const session: { value: Session } = { value: { pulls: false, watches: false, folders: false } };
  const ready: { folders: readonly string[]; loaded: Promise<void> } = { folders: [], loaded: Promise.resolve() };

  const fileAt = async (uri: string): Promise<{ file: WorkspaceFile; features: LanguageFeatures } | undefined> => {
    await ready.loaded;
    holder.setToday(day(now()));
    const file = holder.current().file(uri);
    const own = file && features.of(file);
    return file && own ? { file, features: own } : undefined;
  };
  const findingsOf = async (uri: string): Promise<readonly Finding[]> => {
    const at = await fileAt(uri);
    return at ? at.features.lint(holder.current(), at.file) : [];
  };
  const diagnosticsOf = async (uri: string) => (await findingsOf(uri)).map((finding) => diagnosticOf(finding, session.value.pages));
  const push = async (uri: string) => connection.sendDiagnostics({ uri, diagnostics: await diagnosticsOf(uri) });
  /** One file may change what is said of every other. */
  const rejudge = async () => {
    void connection.sendNotification(Method.modelChanged);
    if (session.value.pulls) connection.languages.diagnostics.refresh();
    else for (const document of documents.all()) await push(document.uri);
  };

  connection.onInitialize((params): InitializeResult => {
    session.value = sessionOf(params);
    ready.folders = params.workspaceFolders?.map(({ uri }) => uri) ?? [];
    return capabilities(session.value);
  });
  connection.onInitialized(() => {
    ready.loaded = holder.load(ready.folders);
    void ready.loaded.then(rejudge);
    if (session.value.watches) {
      void connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: watched.map((globPattern) => ({ globPattern })),
      });
    }
    if (session.value.folders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => uri));
        ready.folders = [...ready.folders.filter((uri) => !gone.has(uri)), ...added.map(({ uri }) => uri)];
        ready.loaded = holder.load(ready.folders);
        void ready.loaded.then(rejudge);
      });
    }
  });
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    const touched = await Promise.all(changes.map(({ uri, type }) => holder.refresh(uri, type === FileChangeType.Deleted)));
    if (touched.some(Boolean)) await rejudge();
  });

  documents.onDidChangeContent(({ document }) => {
    const before = holder.current();
    holder.edit(document.uri, kindOfLanguage[document.languageId], document.getText());
    const kind = holder.current().file(document.uri)?.kind;
    // A Dockerfile says nothing about other files; every other kind may.
    if (kind !== 'dockerfile' && before.file(document.uri)?.text !== document.getText()) void rejudge();
    else if (!session.value.pulls) void push(document.uri);
  });
  documents.onDidClose(async ({ document }) => {
    await holder.release(document.uri);
    if (!session.value.pulls) connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  connection.languages.diagnostics.on(async ({ textDocument }, token) => {
    // Edits that are already waiting are taken first: then this answer would be stale.
    await turn();
    if (token.isCancellationRequested) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
    return { kind: DocumentDiagnosticReportKind.Full, items: await diagnosticsOf(textDocument.uri) };
  });
  connection.onCompletion(async ({ textDocument, position }) => {
    const at = await fileAt(textDocument.uri);
    const items = at ? at.features.complete(holder.current(), at.file, position).map(completionOf) : [];
    // What follows `FROM` depends on how much of the reference stands there.
    return { isIncomplete: at?.file.kind === 'dockerfile', items };
  });
  connection.onHover(async ({ textDocument, position }) => {
    const at = await fileAt(textDocument.uri);
    const hover = at?.features.hover(holder.current(), at.file, position);
    return hover ? hoverOf(hover) : null;
  });
  connection.onDefinition(async ({ textDocument, position }) => {
    const at = await fileAt(textDocument.uri);
    return at ? at.features.define(holder.current(), at.file, position).map(linkOf) : null;
  });
  connection.onDocumentSymbol(async ({ textDocument }) => {
    const at = await fileAt(textDocument.uri);
    return at ? at.features.symbols(holder.current(), at.file).map(symbolOf) : [];
  });
  connection.onFoldingRanges(async ({ textDocument }) => {
    const at = await fileAt(textDocument.uri);
    return at?.features.folding(at.file)?.map((range) => ({ ...range })) ?? null;
  });
  connection.onCodeAction(async ({ textDocument, range, context }) => {
    const at = await fileAt(textDocument.uri);
    if (!at) return [];
    const wants = (kind: string) => !context.only || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
    const workspace = holder.current();
    const quick = wants(CodeActionKind.QuickFix) ? at.features.fixes(workspace, at.file, at.features.lint(workspace, at.file), range) : [];
    const all = context.only && wants('source.fixAll.waybill') ? at.features.fixAll(workspace, at.file) : undefined;
    return [...quick, ...(all ? [all] : [])].map((action) => actionOf(action, textDocument.uri, session.value.pages));
  });

  connection.onRequest(Method.model, async () => {
    await ready.loaded;
    return workspaceModel(holder.current());
  });
  connection.onRequest(Method.effective, async ({ service, environment }: EffectiveParams) => {
    await ready.loaded;
    return effective(holder.current(), service, environment);
  });
  connection.onRequest(Method.buildSpec, async ({ service }: BuildSpecParams) => {
    await ready.loaded;
    holder.setToday(day(now()));
    const workspace = holder.current();
    const uri = workspace.service(service)?.dockerfileUri;
    const file = uri === undefined ? undefined : workspace.file(uri);
    const judged = file ? features.judge(workspace, file) : { findings: [] };
    return buildSpec(workspace, service, judged);
  });
  // The server opens no connection and runs no program, so trust changes nothing here.
  connection.onNotification(Method.trust, () => undefined);

  documents.listen(connection);
  connection.listen();
}

/** The day of a date, in the local calendar. */
function day(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function sessionOf(params: InitializeParams): Session {
  const { textDocument, workspace } = params.capabilities;
  const options = params.initializationOptions as { readonly pages?: string } | undefined;
  return {
    pulls: textDocument?.diagnostic !== undefined && workspace?.diagnostics?.refreshSupport === true,
    watches: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    folders: workspace?.workspaceFolders === true,
    ...(options?.pages ? { pages: options.pages } : {}),
  };
}

function capabilities({ pulls, folders }: Session): InitializeResult {
  return {
    serverInfo: { name: 'waybill' },
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      completionProvider: { triggerCharacters: [' ', ':', '/', '@', '=', '$', '{', '"', '-', '.'] },
      hoverProvider: true,
      definitionProvider: true,
      documentSymbolProvider: true,
      foldingRangeProvider: true,
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, 'source.fixAll.waybill'] },
      ...(pulls ? { diagnosticProvider: { identifier: 'waybill', interFileDependencies: true, workspaceDiagnostics: false } } : {}),
      ...(folders ? { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } } : {}),
    },
  };
}
