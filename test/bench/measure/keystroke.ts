/** From a keystroke to its diagnostics: our bundled server, and the Dockerfile language server of npm, each a process over stdio. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { generated } from './corpus.ts';
import { against, type Figure, quantile } from './figures.ts';

const root = resolve(import.meta.dirname, '../../..');
export const ours = resolve(root, 'dist/server.js');
const peer = resolve(root, 'node_modules/dockerfile-language-server-nodejs/lib/server.js');
const sample = pathToFileURL(resolve(root, 'test/sample')).href;

/** Lines of the file and the budget in milliseconds. */
const sizes = [
  [200, 10],
  [1000, 50],
] as const;

/** Answers when the diagnostics of a version are there. */
type Diagnosed = (uri: string, version: number) => Promise<void>;

export interface Server {
  readonly program: string;
  readonly pulls: boolean;
  /** URI of the workspace folder; that of the sample by default. */
  readonly folder?: string;
  /** The answer to `workspace/configuration`, by section. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export async function measureKeystrokes(): Promise<readonly Figure[]> {
  const own = await start({ program: ours, pulls: true });
  const other = await start({ program: peer, pulls: false });
  try {
    for (const [lines] of sizes) await typeInTurns([own, other], lines, 120);
    return figuresOf(own, other);
  } finally {
    own.stop();
    other.stop();
  }
}

function figuresOf(own: Typed, other: Typed): readonly Figure[] {
  const compared = (name: string, size: number, share: number, budget?: number): Figure => {
    const value = quantile(own.samples.get(size) ?? [], share);
    const theirs = quantile(other.samples.get(size) ?? [], share);
    return { name, value, unit: 'ms', against: against('dockerfile-language-server', theirs, value), ...(budget ? { budget } : {}) };
  };
  return [
    {
      name: 'server start to first answer',
      value: own.ready,
      unit: 'ms',
      against: against('dockerfile-language-server', other.ready, own.ready),
    },
    ...sizes.flatMap(([lines, budget]) => [
      compared(`keystroke to diagnostics, ${lines} lines`, lines, 0.5, budget),
      compared(`keystroke to diagnostics, ${lines} lines, p95`, lines, 0.95),
    ]),
  ];
}

/** A server with what was measured of it. */
interface Typed {
  readonly connection: ProtocolConnection;
  readonly diagnosed: Diagnosed;
  readonly ready: number;
  /** Milliseconds by lines of the file. */
  readonly samples: Map<number, readonly number[]>;
  stop(): void;
}

async function start(server: Server): Promise<Typed> {
  const started = performance.now();
  const { connection, stop } = await openServer(server);
  const ready = performance.now() - started;
  return { connection, stop, ready, samples: new Map(), diagnosed: server.pulls ? pulled(connection) : pushed(connection) };
}

/** Starts a server and goes through `initialize`. */
export async function openServer(server: Server): Promise<{ connection: ProtocolConnection; pid: number; stop(): void }> {
  const child = spawn(process.execPath, [server.program, '--stdio']);
  return { connection: await session(child, server), pid: child.pid ?? 0, stop: () => child.kill() };
}

async function session(
  child: ChildProcessWithoutNullStreams,
  { pulls, folder = sample, settings = {} }: Server,
): Promise<ProtocolConnection> {
  const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  for (const method of ['client/registerCapability', 'workspace/diagnostic/refresh', 'workspace/inlayHint/refresh']) {
    connection.onRequest(method, () => null);
  }
  connection.onRequest('workspace/configuration', ({ items }: { readonly items: readonly { readonly section?: string }[] }) =>
    items.map(({ section }) => settings[section ?? ''] ?? null),
  );
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: folder,
    workspaceFolders: [{ uri: folder, name: 'sample' }],
    capabilities: {
      workspace: { ...(pulls ? { diagnostics: { refreshSupport: true } } : {}), configuration: Object.keys(settings).length > 0 },
      textDocument: pulls ? { diagnostic: {} } : {},
    },
  });
  await connection.sendNotification('initialized', {});
  return connection;
}

function pulled(connection: ProtocolConnection): Diagnosed {
  return async (uri) => {
    await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
  };
}

/** The peer pushes without versions: the next publication after a change is the change's. */
function pushed(connection: ProtocolConnection): Diagnosed {
  const waiting: (() => void)[] = [];
  connection.onNotification(PublishDiagnosticsNotification.type, () => waiting.shift()?.());
  return () => new Promise((done) => waiting.push(done));
}

/** Each edit goes to one server after the other, so that a busy machine is busy for both. */
async function typeInTurns(servers: readonly Typed[], lines: number, edits: number): Promise<void> {
  const { uri, text } = generated(lines);
  for (const { connection, diagnosed } of servers) {
    const opened = diagnosed(uri, 1);
    await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'dockerfile', version: 1, text } });
    await opened;
  }
  const samples = servers.map((): number[] => []);
  for (let edit = 0; edit < edits; edit++) {
    for (const [i, server] of servers.entries()) samples[i]?.push(await typed(server, uri, Math.floor(lines / 2), edit));
  }
  // The first ones warm the engine up.
  for (const [i, server] of servers.entries()) server.samples.set(lines, samples[i]?.slice(30) ?? []);
}

/** A letter comes and goes at the beginning of a line; milliseconds until its diagnostics are there. */
async function typed({ connection, diagnosed }: Typed, uri: string, line: number, edit: number): Promise<number> {
  const range = { start: { line, character: 0 }, end: { line, character: edit % 2 } };
  const started = performance.now();
  const answered = connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: edit + 2 },
    contentChanges: [{ range, text: edit % 2 ? '' : 'X' }],
  });
  const answer = diagnosed(uri, edit + 2);
  await answered;
  await answer;
  return performance.now() - started;
}
