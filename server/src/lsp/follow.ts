/** Keeps the workspace up with what happens in the editor and on the disk. */
import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type TextDocuments,
  WatchKind,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { FileKind } from '../core/features/workspace.ts';
import type { ServerContext } from './serverContext.ts';
import { registerForYaml } from './session.ts';
import type { WorkspaceHolder } from './workspaceHolder.ts';

const kindOfLanguage: Readonly<Record<string, FileKind>> = {
  dockerfile: 'dockerfile',
  'waybill-service': 'service',
  'waybill-standards': 'standards',
  'waybill-environments': 'environments',
  'waybill-record': 'record',
  'waybill-supervisor': 'supervisor',
};

const watched = [
  '**/{Dockerfile*,*.Dockerfile,*.dockerfile,Containerfile*}',
  '**/*waybill*.{yaml,yml}',
  '**/.hadolint.{yaml,yml}',
  '**/*.dockerignore',
  '**/{supervisord,supervisor,*.supervisor,*.supervisord}.conf',
  '**/{supervisor,supervisord,supervisor.d,supervisord.d}/**',
  '**/conf.d/*',
  '**/confd.toml',
  '**/templates/**/*.tmpl',
  '**/config/**',
  '**/conf/**',
];

/** The workspace folders, and when they are read. */
export interface Ready {
  folders: readonly string[];
  loaded: Promise<void>;
}

type Rejudge = () => Promise<void>;

/** Reads the folders at the start and when they change; takes what happens to files and settings. */
export function followFolders(
  connection: Connection,
  holder: WorkspaceHolder,
  ready: Ready,
  { session }: ServerContext,
  rejudge: Rejudge,
): void {
  const load = () => {
    ready.loaded = holder.load(ready.folders);
    void ready.loaded.then(rejudge);
  };
  connection.onInitialized(() => {
    load();
    if (session().own && session().registers) void registerForYaml(connection);
    if (session().configures)
      connection.client.register(DidChangeConfigurationNotification.type, { section: 'waybill' }).catch(() => undefined);
    if (session().watches) {
      const watchers = [...watched.map((globPattern) => ({ globPattern })), { globPattern: '**/*', kind: WatchKind.Delete }];
      void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }
    if (!session().folders) return;
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      const gone = new Set(removed.map(({ uri }) => uri));
      ready.folders = [...ready.folders.filter((uri) => !gone.has(uri)), ...added.map(({ uri }) => uri)];
      load();
    });
  });
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    const touched = await Promise.all(changes.map(({ uri, type }) => holder.refresh(uri, type === FileChangeType.Deleted)));
    if (touched.some(Boolean)) await rejudge();
  });
}

/** Lays open documents over the disk's text. */
export function followDocuments(
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
