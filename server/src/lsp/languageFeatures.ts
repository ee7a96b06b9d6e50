/** The features of each kind of file behind one shape, so that a handler asks the kind once. All pure. */

import type { Dockerfile } from '../core/dockerfile/model.ts';
import { parseDockerfile } from '../core/dockerfile/parse.ts';
import type { Completion, Definition, DocumentSymbol, Hover } from '../core/features/answers.ts';
import { type CodeAction, fixAllAction, quickFixes } from '../core/features/codeActions.ts';
import { completeDockerfile } from '../core/features/completeDockerfile.ts';
import { completeManifest } from '../core/features/completeManifest.ts';
import { defineDockerfile } from '../core/features/defineDockerfile.ts';
import { defineManifest } from '../core/features/defineManifest.ts';
import { hoverDockerfile } from '../core/features/hoverDockerfile.ts';
import { hoverManifest } from '../core/features/hoverManifest.ts';
import { type LintResult, lintDockerfile, lintDockerfileWithWaivers } from '../core/features/lint.ts';
import { lintManifest } from '../core/features/lintManifest.ts';
import { dockerfileFolding, dockerfileSymbols, type FoldingRange } from '../core/features/outlineDockerfile.ts';
import { symbolsManifest } from '../core/features/symbolsManifest.ts';
import type { Workspace, WorkspaceFile } from '../core/features/workspace.ts';
import type { Finding } from '../core/rules/rule.ts';
import type { Position, Range } from '../protocol.ts';

export interface LanguageFeatures {
  lint(workspace: Workspace, file: WorkspaceFile): readonly Finding[];
  complete(workspace: Workspace, file: WorkspaceFile, position: Position): readonly Completion[];
  hover(workspace: Workspace, file: WorkspaceFile, position: Position): Hover | undefined;
  define(workspace: Workspace, file: WorkspaceFile, position: Position): readonly Definition[];
  symbols(workspace: Workspace, file: WorkspaceFile): readonly DocumentSymbol[];
  /** Undefined: the editor's own folding serves. */
  folding(file: WorkspaceFile): readonly FoldingRange[] | undefined;
  fixes(workspace: Workspace, file: WorkspaceFile, findings: readonly Finding[], range: Range): readonly CodeAction[];
  fixAll(workspace: Workspace, file: WorkspaceFile): CodeAction | undefined;
}

export interface Features {
  /** The features of a file, or undefined for files that are no document of ours. */
  of(file: WorkspaceFile): LanguageFeatures | undefined;
  /** Findings of a Dockerfile with the number of those that waivers removed. */
  judge(workspace: Workspace, file: WorkspaceFile): LintResult;
}

/** Parses of Dockerfiles are kept as long as their text is: one parse per version of a document. */
export function languageFeatures(): Features {
  const parses = new WeakMap<WorkspaceFile, Dockerfile>();
  const parsed = (file: WorkspaceFile): Dockerfile => {
    const known = parses.get(file) ?? parseDockerfile(file.uri, file.text);
    parses.set(file, known);
    return known;
  };
  const dockerfile: LanguageFeatures = {
    lint: (workspace, file) => lintDockerfile(parsed(file), workspace),
    complete: (workspace, file, position) => completeDockerfile(parsed(file), workspace, position),
    hover: (workspace, file, position) => hoverDockerfile(parsed(file), workspace, position),
    define: (workspace, file, position) => defineDockerfile(parsed(file), workspace, position),
    symbols: (_workspace, file) => dockerfileSymbols(parsed(file)),
    folding: (file) => dockerfileFolding(parsed(file)),
    fixes: (_workspace, _file, findings, range) => quickFixes(findings, range),
    fixAll: (workspace, file) => fixAllAction(parsed(file), workspace),
  };
  const manifest: LanguageFeatures = {
    lint: (workspace, file) => lintManifest(workspace, file.uri),
    complete: (workspace, file, position) => completeManifest(workspace, file.uri, position),
    hover: (workspace, file, position) => hoverManifest(workspace, file.uri, position),
    define: (workspace, file, position) => [defineManifest(workspace, file.uri, position)].filter((one) => one !== undefined),
    symbols: (workspace, file) => symbolsManifest(workspace, file.uri),
    // Indentation says it all; the editor folds by it.
    folding: () => undefined,
    fixes: (_workspace, _file, findings, range) => quickFixes(findings, range),
    fixAll: () => undefined,
  };
  return {
    of: (file) => {
      if (file.kind === 'dockerfile') return dockerfile;
      return file.kind === 'other' ? undefined : manifest;
    },
    judge: (workspace, file) => lintDockerfileWithWaivers(parsed(file), workspace),
  };
}
