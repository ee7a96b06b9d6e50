/** What only Dockerfiles have, on the one parse of a file's present text. All pure. */
import type { Dockerfile } from '../core/dockerfile/model.ts';
import { type WantedListing, wantedListing } from '../core/features/contextListing.ts';
import { type FormatOptions, formatDockerfile, formatNewLine } from '../core/features/formatDockerfile.ts';
import { dockerfileHints, type HintSettings, type InlayHint } from '../core/features/hintsDockerfile.ts';
import type { ParseFile } from '../core/features/imageUses.ts';
import { dockerfileLenses, type Lens } from '../core/features/lensesDockerfile.ts';
import { type DocumentLink, dockerfileLinks } from '../core/features/linksDockerfile.ts';
import {
  dockerfileHighlights,
  type Highlight,
  type RenameTarget,
  renameEdits,
  renameTarget,
} from '../core/features/referencesDockerfile.ts';
import { dockerfileSelection } from '../core/features/selectionDockerfile.ts';
import { dockerfileSignature, type SignatureHelp } from '../core/features/signatureDockerfile.ts';
import { dockerfileTokens, type Token } from '../core/features/tokensDockerfile.ts';
import type { Workspace, WorkspaceFile } from '../core/features/workspace.ts';
import type { TextEdit } from '../core/text/edits.ts';
import type { Position, Range } from '../protocol.ts';

export interface DockerfileFeatures {
  /** The folder that `complete` wants to see first. */
  wantedListing(workspace: Workspace, file: WorkspaceFile, position: Position): WantedListing | undefined;
  highlights(workspace: Workspace, file: WorkspaceFile, position: Position): readonly Highlight[];
  renameTarget(workspace: Workspace, file: WorkspaceFile, position: Position): RenameTarget | undefined;
  rename(workspace: Workspace, file: WorkspaceFile, position: Position, name: string): ReturnType<typeof renameEdits>;
  signature(file: WorkspaceFile, position: Position): SignatureHelp | undefined;
  selection(file: WorkspaceFile, position: Position): readonly Range[];
  format(file: WorkspaceFile, options: FormatOptions, range?: Range): readonly TextEdit[];
  formatNewLine(file: WorkspaceFile, position: Position, options: FormatOptions): readonly TextEdit[];
  tokens(file: WorkspaceFile, range?: Range): readonly Token[];
  hints(workspace: Workspace, file: WorkspaceFile, range: Range, settings: HintSettings): readonly InlayHint[];
  lenses(workspace: Workspace, file: WorkspaceFile): readonly Lens[];
  links(workspace: Workspace, file: WorkspaceFile): readonly DocumentLink[];
}

export function dockerfileFeatures(parse: ParseFile): DockerfileFeatures {
  const offset = (file: Dockerfile, position: Position) => file.index.offsetAt(position);
  return {
    wantedListing: (workspace, file, position) => wantedListing(parse(file), workspace, offset(parse(file), position)),
    highlights: (workspace, file, position) => dockerfileHighlights(parse(file), workspace, position),
    renameTarget: (workspace, file, position) => renameTarget(parse(file), workspace, position),
    rename: (workspace, file, position, name) => renameEdits(parse(file), workspace, position, name),
    signature: (file, position) => dockerfileSignature(parse(file), position),
    selection: (file, position) => dockerfileSelection(parse(file), position),
    format: (file, options, range) => formatDockerfile(parse(file), options, range),
    formatNewLine: (file, position, options) => formatNewLine(parse(file), position, options),
    tokens: (file, range) => {
      const parsed = parse(file);
      return dockerfileTokens(parsed, range && { start: offset(parsed, range.start), end: offset(parsed, range.end) });
    },
    hints: (workspace, file, range, settings) => dockerfileHints(parse(file), workspace, range, settings),
    lenses: (workspace, file) => dockerfileLenses(parse(file), workspace, parse),
    links: (workspace, file) => dockerfileLinks(parse(file), workspace),
  };
}
