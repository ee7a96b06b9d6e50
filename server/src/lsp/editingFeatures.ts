/** What Dockerfiles and YAML files have alike and ignore files have not. All pure. */
import type { FormatOptions } from '../core/features/formatDockerfile.ts';
import type { Lens } from '../core/features/lensesDockerfile.ts';
import type { DocumentLink } from '../core/features/linksDockerfile.ts';
import type { Highlight } from '../core/features/referencesDockerfile.ts';
import type { Token } from '../core/features/tokensDockerfile.ts';
import type { Workspace, WorkspaceFile } from '../core/features/workspace.ts';
import type { TextEdit } from '../core/text/edits.ts';
import type { Position, Range } from '../protocol.ts';

export interface EditingFeatures {
  highlights(workspace: Workspace, file: WorkspaceFile, position: Position): readonly Highlight[];
  /** The narrowest first, each inside of the next. */
  selection(workspace: Workspace, file: WorkspaceFile, position: Position): readonly Range[];
  format(workspace: Workspace, file: WorkspaceFile, options: FormatOptions, range?: Range): readonly TextEdit[];
  /** A line was begun at the position. */
  formatNewLine(workspace: Workspace, file: WorkspaceFile, position: Position, options: FormatOptions): readonly TextEdit[];
  tokens(workspace: Workspace, file: WorkspaceFile, range?: Range): readonly Token[];
  lenses(workspace: Workspace, file: WorkspaceFile): readonly Lens[];
  links(workspace: Workspace, file: WorkspaceFile): readonly DocumentLink[];
}
