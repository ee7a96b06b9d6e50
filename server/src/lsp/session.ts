import {
  BulkRegistration,
  CodeActionKind,
  type Connection,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  type InitializeParams,
  type InitializeResult,
  RenameRequest,
  SemanticTokensRegistrationType,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { allHints, type HintSettings } from '../core/features/hintsDockerfile.ts';
import type { Severities } from '../core/features/severity.ts';
import { tokenTypes } from '../core/features/tokensDockerfile.ts';
import { type ShellCheckSettings, shellCheckSettings } from './shellcheck.ts';

/** What the editor on the other side can do and wants. */
export interface Session {
  readonly pulls: boolean;
  readonly watches: boolean;
  readonly folders: boolean;
  readonly configures: boolean;
  /** Takes what is offered for some languages only. */
  readonly registers: boolean;
  /** True: another extension is there for Dockerfiles, and only what it does not have is offered. */
  readonly own: boolean;
  /** What counts where the editor cannot be asked for settings. */
  readonly hints: HintSettings;
  /** The setting `waybill.rules`: severities where the standards say nothing. */
  readonly rules: Severities;
  /** Programs may be run: the user trusts the folders. */
  readonly trusted: boolean;
  readonly shellCheck: ShellCheckSettings;
  /** Address of the folder of the rules' pages, with a slash at its end. */
  readonly pages?: string;
}

interface Options {
  readonly trusted?: boolean;
  readonly shellcheck?: unknown;
  readonly rules?: unknown;
  readonly pages?: string;
  readonly dockerfile?: { readonly features?: 'all' | 'own' };
  readonly inlayHints?: Partial<HintSettings>;
}

/** Before the editor has said anything. */
export const noSession: Session = {
  pulls: false,
  watches: false,
  folders: false,
  configures: false,
  registers: false,
  own: false,
  hints: allHints,
  rules: {},
  trusted: false,
  shellCheck: shellCheckSettings(undefined),
};

export function sessionOf(params: InitializeParams): Session {
  const { textDocument, workspace } = params.capabilities;
  const options: Options = params.initializationOptions ?? {};
  return {
    pulls: textDocument?.diagnostic !== undefined && workspace?.diagnostics?.refreshSupport === true,
    watches: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    folders: workspace?.workspaceFolders === true,
    configures: workspace?.configuration === true,
    registers: textDocument?.formatting?.dynamicRegistration === true && textDocument.semanticTokens?.dynamicRegistration === true,
    own: options.dockerfile?.features === 'own',
    hints: { ...allHints, ...options.inlayHints },
    rules: severitiesOf(options.rules),
    trusted: options.trusted === true,
    shellCheck: shellCheckSettings(options.shellcheck),
    ...(options.pages ? { pages: options.pages } : {}),
  };
}

const levels: ReadonlySet<unknown> = new Set(['error', 'warning', 'info', 'hint', 'off']);

/** A setting as it comes, without what is no severity: VS Code marks that in the settings file. */
export function severitiesOf(setting: unknown): Severities {
  if (typeof setting !== 'object' || setting === null) return {};
  return Object.fromEntries(Object.entries(setting).filter(([, level]) => levels.has(level)));
}

/** What the server offers: in `own` sessions nothing that an editor would then have twice. */
export function capabilitiesFor({ pulls, folders, own }: Session): InitializeResult {
  return {
    serverInfo: { name: 'waybill' },
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      completionProvider: { triggerCharacters: [' ', ':', '/', '@', '=', '$', '{', '"', '-', '.', ',', '#', '!', '[', '('] },
      hoverProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      documentSymbolProvider: true,
      workspaceSymbolProvider: true,
      foldingRangeProvider: true,
      selectionRangeProvider: true,
      inlayHintProvider: true,
      codeLensProvider: {},
      documentLinkProvider: {},
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.Refactor, 'source.fixAll.waybill'] },
      ...(own ? {} : basics()),
      ...(pulls ? { diagnosticProvider: { identifier: 'waybill', interFileDependencies: true, workspaceDiagnostics: false } } : {}),
      ...(folders ? { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } } : {}),
    },
  };
}

const onType = { firstTriggerCharacter: '\n' };
const legend = { tokenTypes: [...tokenTypes], tokenModifiers: [] };

/** What every Dockerfile extension has; of the YAML files nobody else. */
function basics(): InitializeResult['capabilities'] {
  return {
    documentHighlightProvider: true,
    renameProvider: { prepareProvider: true },
    signatureHelpProvider: { triggerCharacters: [' ', '['] },
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    documentOnTypeFormattingProvider: onType,
    semanticTokensProvider: { legend, full: true, range: true },
  };
}

const yamlLanguages = ['waybill-service', 'waybill-standards', 'waybill-environments', 'waybill-record'];

/** In `own` sessions the basics are offered for the YAML files alone. */
export async function registerForYaml(connection: Connection): Promise<void> {
  const documentSelector = yamlLanguages.map((language) => ({ language }));
  const wanted = BulkRegistration.create();
  wanted.add(DocumentHighlightRequest.type, { documentSelector });
  wanted.add(RenameRequest.type, { documentSelector, prepareProvider: true });
  wanted.add(DocumentFormattingRequest.type, { documentSelector });
  wanted.add(DocumentRangeFormattingRequest.type, { documentSelector });
  wanted.add(DocumentOnTypeFormattingRequest.type, { documentSelector, ...onType });
  wanted.add(SemanticTokensRegistrationType.type, { documentSelector, legend, full: true, range: true });
  await connection.client.register(wanted).catch(() => undefined);
}
