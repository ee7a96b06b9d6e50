/** What only Dockerfiles have, on the one parse of a file's present text. All pure. */
import { type WantedListing, wantedListing } from '../core/features/contextListing.ts';
import { formatDockerfile, formatNewLine } from '../core/features/formatDockerfile.ts';
import { dockerfileHints, type HintSettings, type InlayHint } from '../core/features/hintsDockerfile.ts';
import type { ParseFile } from '../core/features/imageUses.ts';
import { dockerfileLenses } from '../core/features/lensesDockerfile.ts';
import { dockerfileLinks } from '../core/features/linksDockerfile.ts';
import { dockerfileHighlights, type RenameTarget, renameEdits, renameTarget } from '../core/features/referencesDockerfile.ts';
import { dockerfileSelection } from '../core/features/selectionDockerfile.ts';
import { dockerfileSignature, type SignatureHelp } from '../core/features/signatureDockerfile.ts';
import { dockerfileTokens } from '../core/features/tokensDockerfile.ts';
import type { Workspace, WorkspaceFile } from '../core/features/workspace.ts';
import type { Position, Range } from '../protocol.ts';
import type { EditingFeatures } from './editingFeatures.ts';

export interface DockerfileFeatures {
  /** The folder that `complete` wants to see first. */
  wantedListing(workspace: Workspace, file: WorkspaceFile, position: Position): WantedListing | undefined;
  renameTarget(workspace: Workspace, file: WorkspaceFile, position: Position): RenameTarget | undefined;
  rename(workspace: Workspace, file: WorkspaceFile, position: Position, name: string): ReturnType<typeof renameEdits>;
  signature(file: WorkspaceFile, position: Position): SignatureHelp | undefined;
  hints(workspace: Workspace, file: WorkspaceFile, range: Range, settings: HintSettings): readonly InlayHint[];
}

export function dockerfileFeatures(parse: ParseFile): DockerfileFeatures {
  return {
    wantedListing: (workspace, file, position) => wantedListing(parse(file), workspace, parse(file).index.offsetAt(position)),
    renameTarget: (workspace, file, position) => renameTarget(parse(file), workspace, position),
    rename: (workspace, file, position, name) => renameEdits(parse(file), workspace, position, name),
    signature: (file, position) => dockerfileSignature(parse(file), position),
    hints: (workspace, file, range, settings) => dockerfileHints(parse(file), workspace, range, settings),
  };
}

/** @param own true where another extension has the basics of Dockerfiles: only lenses, links and hints are ours then */
export function dockerfileEditing(parse: ParseFile, own: () => boolean): EditingFeatures {
  const basics = <T>(ask: () => readonly T[]): readonly T[] => (own() ? [] : ask());
  return {
    highlights: (workspace, file, position) => basics(() => dockerfileHighlights(parse(file), workspace, position)),
    selection: (_workspace, file, position) => dockerfileSelection(parse(file), position),
    format: (_workspace, file, options, range) => basics(() => formatDockerfile(parse(file), options, range)),
    formatNewLine: (_workspace, file, position, options) => basics(() => formatNewLine(parse(file), position, options)),
    tokens: (_workspace, file, range) =>
      basics(() => {
        const parsed = parse(file);
        const offset = (position: Position) => parsed.index.offsetAt(position);
        return dockerfileTokens(parsed, range && { start: offset(range.start), end: offset(range.end) });
      }),
    lenses: (workspace, file) => dockerfileLenses(parse(file), workspace, parse),
    links: (workspace, file) => dockerfileLinks(parse(file), workspace),
  };
}
