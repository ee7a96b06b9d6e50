/** A language client for tests: the real server in a process of its own, over stdio, on a folder of real files. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  type Diagnostic,
  DocumentDiagnosticRequest,
  type FullDocumentDiagnosticReport,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type Registration,
  RegistrationRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';

const server = resolve(import.meta.dirname, '../../server/src/main.ts');

export interface TestClient extends AsyncDisposable {
  readonly connection: ProtocolConnection;
  /** Diagnostics that the server pushed, newest per URI. */
  readonly pushed: ReadonlyMap<string, readonly Diagnostic[]>;
  /** How often the server asked to pull again. */
  refreshes(): number;
  uri(path: string): string;
  /** Opens a file of the folder in the editor with a text of its own. */
  open(path: string, text: string, language?: string): Promise<string>;
  change(uri: string, version: number, text: string): Promise<void>;
  pull(uri: string): Promise<readonly Diagnostic[]>;
  /** What the server says that it can do. */
  readonly capabilities: object;
  /** What it offered later, for some documents. */
  readonly registered: readonly Registration[];
}

export interface ClientOptions {
  /** Path → text, in one folder or in several (the first segment of the path) when `roots` is set. */
  readonly files: Readonly<Record<string, string>>;
  readonly roots?: readonly string[];
  /** False: an old editor that waits for diagnostics to be pushed. */
  readonly pulls?: boolean;
  /** Answer to `waybill.inlayHints`; without it the editor cannot be asked for settings. */
  readonly settings?: object;
  /** The folder is trusted. */
  readonly trusted?: boolean;
  /** The settings `waybill.shellcheck.*`. */
  readonly shellcheck?: { readonly enabled?: string; readonly path?: string };
  /** Another extension for Dockerfiles is there. */
  readonly own?: boolean;
}

/** Starts the server and goes through `initialize`. */
export async function startClient({
  files,
  roots = ['.'],
  pulls = true,
  settings,
  own = false,
  trusted = false,
  shellcheck,
}: ClientOptions): Promise<TestClient> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-lsp-'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const child = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  const pushed = new Map<string, readonly Diagnostic[]>();
  const counts = { refreshes: 0 };
  connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
    pushed.set(uri, diagnostics);
  });
  connection.onRequest('workspace/diagnostic/refresh', () => {
    counts.refreshes++;
    return null;
  });
  const registered: Registration[] = [];
  connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
    registered.push(...registrations);
  });
  connection.onRequest('workspace/configuration', ({ items }: { readonly items: readonly object[] }) => items.map(() => settings ?? null));
  connection.listen();
  const folders = roots.map((root) => ({ uri: pathToFileURL(join(folder, root)).href.replace(/\/$/, ''), name: root }));
  const { capabilities } = await connection.sendRequest<{ readonly capabilities: object }>('initialize', {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: folders,
    initializationOptions: { pages: 'https://example.com/rules/', dockerfile: { features: own ? 'own' : 'all' }, trusted, shellcheck },
    capabilities: {
      workspace: {
        workspaceFolders: true,
        configuration: settings !== undefined,
        didChangeWatchedFiles: { dynamicRegistration: true },
        ...(pulls ? { diagnostics: { refreshSupport: true } } : {}),
      },
      textDocument: {
        formatting: { dynamicRegistration: true },
        semanticTokens: { dynamicRegistration: true, requests: { full: true }, tokenTypes: [], tokenModifiers: [], formats: ['relative'] },
        ...(pulls ? { diagnostic: { dynamicRegistration: false } } : {}),
      },
    },
  });
  await connection.sendNotification('initialized', {});
  const uri = (path: string) => pathToFileURL(join(folder, path)).href;
  return {
    connection,
    pushed,
    capabilities,
    registered,
    refreshes: () => counts.refreshes,
    uri,
    async open(path, text, languageId = path.endsWith('Dockerfile') ? 'dockerfile' : 'waybill-service') {
      await connection.sendNotification('textDocument/didOpen', { textDocument: { uri: uri(path), languageId, version: 1, text } });
      return uri(path);
    },
    change: (at, version, text) =>
      connection.sendNotification('textDocument/didChange', { textDocument: { uri: at, version }, contentChanges: [{ text }] }),
    async pull(at) {
      const report = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: at } });
      return (report as FullDocumentDiagnosticReport).items;
    },
    async [Symbol.asyncDispose]() {
      await end(connection, child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function end(connection: ProtocolConnection, child: ChildProcess): Promise<void> {
  const exited = new Promise((done) => child.once('exit', done));
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  await exited;
  connection.dispose();
}

/** Waits until `holds` is true; fails after some seconds with `what`. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Never happened: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}
