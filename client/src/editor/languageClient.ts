import * as vscode from 'vscode';
import { type CancellationToken, CancellationTokenSource, LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type {
  BuilderEdit,
  BuildSpecAnswer,
  CatalogueEdit,
  CreatedDockerfile,
  EffectiveAnswer,
  FieldEdit,
  ImportAnswer,
  ImportRefusal,
  Location,
  LockAnswer,
  NewEnvironmentEdit,
  ParityAnswer,
  PinEdit,
  Position,
  WorkspaceModel,
} from '../../../server/src/protocol.ts';
import { Method, ShowPlaces } from '../../../server/src/protocol.ts';
import type { Authoring } from '../commands/contract/authoring.ts';
import { fail } from '../errors.ts';
import type { Documents } from '../ports.ts';
import { dockerfileFeatures } from './dockerfilePeers.ts';

export interface Language extends vscode.Disposable {
  readonly documents: Documents;
  readonly authoring: Authoring;
  readonly onModelChanged: vscode.Event<void>;
  sendTrust(trusted: boolean): void;
}

/** The languages that the server judges; the ids of ours are set by file name in package.json. */
const selector = ['dockerfile', 'waybill-service', 'waybill-standards', 'waybill-environments', 'waybill-record', 'waybill-supervisor'];

/** Starts `dist/server.js` in a process of its own; requests wait until it is ready. */
export function startLanguageClient(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Language {
  const module = context.asAbsolutePath('dist/server.js');
  const client = new LanguageClient(
    'waybill',
    'Waybill',
    {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
    },
    {
      documentSelector: [
        ...selector.map((language) => ({ language, scheme: 'file' })),
        // YAML to its own extension, and judged by ours.
        { scheme: 'file', language: 'yaml', pattern: '**/.hadolint.{yaml,yml}' },
        { scheme: 'file', pattern: '**/*.dockerignore' },
        { scheme: 'file', pattern: '**/.dockerignore' },
        { scheme: 'file', pattern: '**/conf.d/*.toml' },
        { scheme: 'file', pattern: '**/confd.toml' },
      ],
      outputChannel: log,
      initializationOptions: {
        trusted: vscode.workspace.isTrusted,
        pages: pagesOf(context),
        dockerfile: { features: dockerfileFeatures() },
        inlayHints: vscode.workspace.getConfiguration('waybill').get('inlayHints'),
        rules: vscode.workspace.getConfiguration('waybill').get('rules'),
        shellcheck: vscode.workspace.getConfiguration('waybill').get('shellcheck'),
      },
      synchronize: { configurationSection: 'waybill' },
    },
  );
  const changed = new vscode.EventEmitter<void>();
  const places = vscode.commands.registerCommand(ShowPlaces, showPlaces);
  const started = client.start();
  client.onNotification(Method.modelChanged, () => changed.fire());
  started.catch((error: unknown) => log.error(`The language server did not start: ${String(error)}`));
  const ask = async <T>(method: string, parameters: object, signal: AbortSignal): Promise<T> => {
    await started.catch((error: unknown) => {
      throw fail(
        'internal',
        'The language server of Waybill did not start.',
        'Run `Developer: Reload Window`; the log of Waybill says why.',
        {
          cause: error,
        },
      );
    });
    signal.throwIfAborted();
    return cancellable(signal, (token) => client.sendRequest<T>(method, parameters, token));
  };
  return {
    documents: {
      model: (signal) => ask<WorkspaceModel>(Method.model, {}, signal),
      effective: (service, environment, signal, recorded, release) =>
        ask<EffectiveAnswer>(
          Method.effective,
          { service, environment, ...(recorded ? { recorded } : {}), ...(release ? { release } : {}) },
          signal,
        ),
      buildSpec: (service, signal) => ask<BuildSpecAnswer>(Method.buildSpec, { service }, signal),
      baseImage: (image, signal) => ask<BuildSpecAnswer>(Method.baseImage, { image }, signal),
      changeCatalogue: (change, signal) => ask<CatalogueEdit | ImportRefusal>(Method.changeCatalogue, change, signal),
      pinCluster: (wanted, signal) => ask<PinEdit | ImportRefusal>(Method.pinCluster, wanted, signal),
      lock: (params, signal) => ask<LockAnswer>(Method.lock, params, signal),
      parity: (params, signal) => ask<ParityAnswer>(Method.parity, params, signal),
    },
    authoring: {
      importFile: (parameters, signal) => ask<ImportAnswer | ImportRefusal>(Method.importFile, parameters, signal),
      addEnvironment: (wanted, signal) => ask<NewEnvironmentEdit | ImportRefusal>(Method.addEnvironment, wanted, signal),
      changeBuilders: (change, signal) => ask<BuilderEdit | ImportRefusal>(Method.changeBuilders, change, signal),
      adoptField: (wanted, signal) => ask<FieldEdit | ImportRefusal>(Method.adoptField, wanted, signal),
      createDockerfile: (uri, signal) => ask<CreatedDockerfile | ImportRefusal>(Method.createDockerfile, { uri }, signal),
    },
    onModelChanged: changed.event,
    sendTrust: (trusted) => void started.then(() => client.sendNotification(Method.trust, { trusted })),
    dispose() {
      changed.dispose();
      places.dispose();
      void client.dispose();
    },
  };
}

/** Address of the folder that holds the rules' pages, with a slash at its end. */
function pagesOf(context: vscode.ExtensionContext): string {
  return `${vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules').toString()}/`;
}

/** The places that a code lens counts, in the editor's own list. */
async function showPlaces(uri: string, position: Position, places: readonly Location[]): Promise<void> {
  const at = (place: Position) => new vscode.Position(place.line, place.character);
  const locations = places.map(
    (place) => new vscode.Location(vscode.Uri.parse(place.uri), new vscode.Range(at(place.range.start), at(place.range.end))),
  );
  await vscode.commands.executeCommand('editor.action.showReferences', vscode.Uri.parse(uri), at(position), locations);
}

async function cancellable<T>(signal: AbortSignal, send: (token: CancellationToken) => Promise<T>): Promise<T> {
  const source = new CancellationTokenSource();
  const cancel = () => source.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await send(source.token);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}
