/** Asks a language server at a place and tells in a few words what it answered. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  CodeActionRequest,
  CompletionRequest,
  createProtocolConnection,
  DefinitionRequest,
  type Diagnostic,
  DocumentDiagnosticRequest,
  type Hover,
  HoverRequest,
  type Location,
  type LocationLink,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  RenameRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';
import { installYamlServer } from '../../bench/build.ts';
import { parseAnnotated } from '../../harness/annotated.ts';
import { others, type Place } from './positions.ts';

const root = resolve(import.meta.dirname, '../../..');

export interface Answer {
  /** The answer holds what the place asks for. */
  readonly useful: boolean;
  readonly said: string;
}

export interface Asked extends AsyncDisposable {
  ask(place: Place): Promise<Answer>;
}

interface Program {
  readonly arguments: readonly string[];
  readonly pulls: boolean;
  readonly language: (path: string) => string;
  readonly settings: (folder: string) => object;
}

/** Our server, as the extension starts it. */
export function startOurs(): Promise<Asked> {
  const language = (path: string) =>
    path.includes('standards') ? 'waybill-standards' : path.includes('environments') ? 'waybill-environments' : 'waybill-service';
  return start({ arguments: [join(root, 'server/src/main.ts')], pulls: true, language, settings: () => ({}) });
}

/** Red Hat's server, with our schemas for our files, as its settings or `contributes.yamlValidation` give them. */
export async function startRedHat(): Promise<Asked> {
  const folder = await installYamlServer();
  const schema = (name: string) => pathToFileURL(join(root, 'schemas', `${name}.schema.json`)).href;
  const schemas = {
    [schema('service')]: '**/waybill.yaml',
    [schema('standards')]: '**/waybill.standards.yaml',
    [schema('environments')]: '**/waybill.environments.yaml',
  };
  const yaml = { schemas, validate: true, completion: true, hover: true, schemaStore: { enable: false } };
  return start({
    arguments: [join(folder, 'node_modules/yaml-language-server/out/src/server.js')],
    pulls: false,
    language: () => 'yaml',
    settings: () => ({ yaml }),
  });
}

async function start(program: Program): Promise<Asked> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-beside-'));
  for (const [path, text] of Object.entries(others)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const child = spawn(process.execPath, [...program.arguments, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  const pushed = new Map<string, readonly Diagnostic[]>();
  connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
    pushed.set(uri, diagnostics);
  });
  await greet(connection, folder, program);
  let version = 0;
  const ask = async (place: Place): Promise<Answer> => {
    const { text, cursor } = parseAnnotated(place.text);
    const uri = pathToFileURL(join(folder, place.path)).href;
    pushed.delete(uri);
    const textDocument = { uri, languageId: program.language(place.path), version: ++version, text };
    await connection.sendNotification('textDocument/didOpen', { textDocument });
    const position = cursor ?? { line: 0, character: 0 };
    const diagnostics = () => (program.pulls ? pulled(connection, uri) : waited(pushed, uri));
    const said = await answers[place.question](connection, { uri, position, folder, diagnostics });
    await connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    const plain = said.map((one) => one.replaceAll(`${pathToFileURL(folder).href}/`, '').replaceAll(`${pathToFileURL(root).href}/`, ''));
    const typed = /[\w./-]*$/.exec(text.split('\n')[position.line]?.slice(0, position.character) ?? '')?.[0] ?? '';
    return judge(place, place.question === 'completion' ? plain.filter((label) => label.startsWith(typed)) : plain);
  };
  return { ask, [Symbol.asyncDispose]: () => stop(connection, child, folder) };
}

async function greet(connection: ProtocolConnection, folder: string, { pulls, settings }: Program): Promise<void> {
  const all = settings(folder);
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  connection.onRequest('custom/schema/request', () => []);
  connection.onRequest('workspace/configuration', ({ items }: { readonly items: readonly { readonly section?: string }[] }) =>
    items.map(({ section = '' }) => Object.entries(all).find(([name]) => name === section)?.[1] ?? null),
  );
  connection.listen();
  const uri = pathToFileURL(folder).href;
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: uri,
    workspaceFolders: [{ uri, name: 'product' }],
    initializationOptions: { pages: 'https://example.com/rules/', dockerfile: { features: 'all' } },
    capabilities: {
      workspace: { workspaceFolders: true, configuration: true, workspaceEdit: { documentChanges: false } },
      textDocument: {
        completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
        hover: { contentFormat: ['markdown'] },
        codeAction: {
          codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } },
          dataSupport: true,
          resolveSupport: { properties: ['edit'] },
        },
        rename: { prepareSupport: true },
        ...(pulls ? { diagnostic: { dynamicRegistration: false } } : {}),
      },
    },
  });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: all });
}

async function stop(connection: ProtocolConnection, child: ChildProcess, folder: string): Promise<void> {
  const exited = new Promise((done) => child.once('exit', done));
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  await Promise.race([exited, delay(2000)]);
  child.kill('SIGKILL');
  connection.dispose();
  await rm(folder, { recursive: true, force: true });
}

async function pulled(connection: ProtocolConnection, uri: string): Promise<readonly Diagnostic[]> {
  const report = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
  return report.kind === 'full' ? report.items : [];
}

/** What is pushed after a file was opened; the answer of the last second counts. */
async function waited(pushed: ReadonlyMap<string, readonly Diagnostic[]>, uri: string): Promise<readonly Diagnostic[]> {
  for (let turn = 0; turn < 50 && !pushed.has(uri); turn++) await delay(100);
  await delay(700);
  return pushed.get(uri) ?? [];
}

interface Spot {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
  readonly folder: string;
  diagnostics(): Promise<readonly Diagnostic[]>;
}

type Ask = (connection: ProtocolConnection, spot: Spot) => Promise<readonly string[]>;

const answers: Readonly<Record<Place['question'], Ask>> = {
  completion: async (connection, { uri, position }) => {
    const found = await connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position }).catch(() => null);
    const items = Array.isArray(found) ? found : (found?.items ?? []);
    return [...items].sort((a, b) => (a.sortText ?? a.label).localeCompare(b.sortText ?? b.label)).map(({ label }) => label);
  },
  hover: async (connection, { uri, position }) => {
    const found: Hover | null = await connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position });
    const [first] = [found?.contents ?? []].flat();
    return first === undefined ? [] : [typeof first === 'string' ? first : first.value];
  },
  diagnostics: async (_connection, { position, diagnostics }) =>
    near(await diagnostics(), position.line).map(({ message }) => (typeof message === 'string' ? message : message.value)),
  definition: async (connection, { uri, position, folder }) => {
    const found = await connection.sendRequest(DefinitionRequest.type, { textDocument: { uri }, position }).catch(() => null);
    const list: readonly (Location | LocationLink)[] = found === null ? [] : Array.isArray(found) ? found : [found];
    return list.map((target) => ('uri' in target ? target.uri : target.targetUri).slice(pathToFileURL(folder).href.length + 1));
  },
  rename: async (connection, { uri, position }) => {
    const params = { textDocument: { uri }, position, newName: 'renamed' };
    const edit: WorkspaceEdit | null = await connection.sendRequest(RenameRequest.type, params).catch(() => null);
    const edits =
      Object.values(edit?.changes ?? {}).flat().length +
      (edit?.documentChanges ?? []).flatMap((change) => ('edits' in change ? change.edits : [])).length;
    return edits === 0 ? [] : [`${edits} ${edits === 1 ? 'edit' : 'edits'}`];
  },
  fix: async (connection, { uri, position, diagnostics }) => {
    const context = { diagnostics: [...near(await diagnostics(), position.line)] };
    const range = context.diagnostics[0]?.range ?? { start: position, end: position };
    const found = await connection.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range, context }).catch(() => null);
    return (found ?? []).map(({ title }) => title);
  },
};

/** What is said of a line, or of the one that it follows. */
function near(diagnostics: readonly Diagnostic[], line: number): readonly Diagnostic[] {
  return diagnostics.filter(({ range }) => range.start.line <= line && range.end.line >= line - 1);
}

function judge({ question, wants }: Place, said: readonly string[]): Answer {
  const words = said.map((text) => text.replace(/\s+/g, ' ').trim());
  if (question === 'completion') {
    const rank = words.indexOf(wants);
    return {
      useful: rank >= 0 && rank < 10,
      said: words.length === 0 ? '' : `${words.slice(0, 3).join(', ')}${words.length > 3 ? ', …' : ''}`,
    };
  }
  if (question === 'rename') return { useful: Number.parseInt(words[0] ?? '0', 10) >= Number(wants), said: words[0] ?? '' };
  const found = words.find((text) => new RegExp(wants).test(text));
  const told = found ?? words[0] ?? '';
  return { useful: found !== undefined, said: told.length > 120 ? `${told.slice(0, 120).replace(/\s\S*$/, '')} …` : told };
}
