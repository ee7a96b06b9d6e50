/** What each kind of file answers: one shape for all. */

import type { Completion, Definition, DocumentSymbol, Hover } from '../core/features/answers.ts';
import type { CodeAction } from '../core/features/codeActions.ts';
import type { ContextListing } from '../core/features/contextListing.ts';
import type { ManifestHint } from '../core/features/manifestHint.ts';
import type { FoldingRange } from '../core/features/outlineDockerfile.ts';
import type { Refactor } from '../core/features/refactorManifest.ts';
import type { ManifestName, renameManifest } from '../core/features/referencesManifest.ts';
import type { Workspace, WorkspaceFile } from '../core/features/workspace.ts';
import type { Finding } from '../core/rules/rule.ts';
import type { Location, Position, Range } from '../protocol.ts';
import type { DockerfileFeatures } from './dockerfileFeatures.ts';
import type { EditingFeatures } from './editingFeatures.ts';

export interface LanguageFeatures {
  lint(workspace: Workspace, file: WorkspaceFile): readonly Finding[];
  /** @param listing the folder that `dockerfile.wantedListing` asked for */
  complete(workspace: Workspace, file: WorkspaceFile, position: Position, listing?: ContextListing): readonly Completion[];
  hover(workspace: Workspace, file: WorkspaceFile, position: Position): Hover | undefined;
  define(workspace: Workspace, file: WorkspaceFile, position: Position): readonly Definition[];
  references(workspace: Workspace, file: WorkspaceFile, position: Position, withDeclaration: boolean): readonly Location[];
  symbols(workspace: Workspace, file: WorkspaceFile): readonly DocumentSymbol[];
  /** Undefined: the editor's own folding serves. */
  folding(workspace: Workspace, file: WorkspaceFile): readonly FoldingRange[] | undefined;
  fixes(workspace: Workspace, file: WorkspaceFile, findings: readonly Finding[], range: Range): readonly CodeAction[];
  fixAll(workspace: Workspace, file: WorkspaceFile): CodeAction | undefined;
  /** Absent for ignore files. */
  readonly editing?: EditingFeatures;
  /** What no other kind of document has. */
  readonly dockerfile?: DockerfileFeatures;
  readonly manifest?: ManifestFeatures;
}

/** What only the YAML files have. */
export interface ManifestFeatures {
  hints(workspace: Workspace, file: WorkspaceFile, range: Range): readonly ManifestHint[];
  refactors(workspace: Workspace, file: WorkspaceFile, range: Range): readonly Refactor[];
  nameAt(workspace: Workspace, file: WorkspaceFile, position: Position): ManifestName | undefined;
  rename(workspace: Workspace, file: WorkspaceFile, position: Position, name: string): ReturnType<typeof renameManifest>;
}
