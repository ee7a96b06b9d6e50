/** The features of each kind of file behind one shape, so that a handler asks the kind once. All pure. */

import type { Dockerfile } from '../core/dockerfile/model.ts';
import { parseDockerfile } from '../core/dockerfile/parse.ts';
import { shellMemory } from '../core/dockerfile/shellMemory.ts';
import { fixAllAction, quickFixes } from '../core/features/codeActions.ts';
import { completeDockerfile } from '../core/features/completeDockerfile.ts';
import { completeManifest } from '../core/features/completeManifest.ts';
import { defineDockerfile } from '../core/features/defineDockerfile.ts';
import { defineManifest } from '../core/features/defineManifest.ts';
import { fixAllManifestAction } from '../core/features/fixAllManifest.ts';
import { foldManifest } from '../core/features/foldManifest.ts';
import { manifestHints } from '../core/features/hintsManifest.ts';
import { hoverDockerfile } from '../core/features/hoverDockerfile.ts';
import { hoverManifest } from '../core/features/hoverManifest.ts';
import { type ContextFiles, completeIgnoreFile, hoverIgnoreFile, lintIgnoreFile } from '../core/features/ignoreFile.ts';
import type { ParseFile } from '../core/features/imageUses.ts';
import { type LintResult, lintDockerfile, lintDockerfileWithWaivers } from '../core/features/lint.ts';
import { lintManifest } from '../core/features/lintManifest.ts';
import { dockerfileFolding, dockerfileSymbols } from '../core/features/outlineDockerfile.ts';
import { refactorManifest } from '../core/features/refactorManifest.ts';
import { dockerfileReferences } from '../core/features/referencesDockerfile.ts';
import { manifestNameAt, referencesManifest, renameManifest } from '../core/features/referencesManifest.ts';
import type { Schedules } from '../core/features/schedules.ts';
import type { Severities } from '../core/features/severity.ts';
import { splitCatalogue } from '../core/features/splitCatalogue.ts';
import { symbolsManifest } from '../core/features/symbolsManifest.ts';
import type { Workspace, WorkspaceFile } from '../core/features/workspace.ts';
import { type WorkspaceSymbol, workspaceSymbols } from '../core/features/workspaceSymbols.ts';
import { optional } from '../core/text/optional.ts';
import { featuresOfConfd, featuresOfSupervisor } from './companionFeatures.ts';
import { dockerfileEditing, dockerfileFeatures } from './dockerfileFeatures.ts';
import type { LanguageFeatures } from './kindFeatures.ts';
import { manifestEditing } from './manifestEditing.ts';

export interface Features {
  /** The parse of a Dockerfile's present text, kept as long as the text is. */
  readonly parse: ParseFile;
  /**
   * The features of a file, or undefined for files that are no document of ours.
   * @param context the files that a `.dockerignore` is about
   */
  of(file: WorkspaceFile, context?: ContextFiles): LanguageFeatures | undefined;
  /** Findings of a Dockerfile with the number of those that waivers removed. */
  judge(workspace: Workspace, file: WorkspaceFile): LintResult;
  symbols(workspace: Workspace, query: string): readonly WorkspaceSymbol[];
}

/**
 * Parses of Dockerfiles are kept as long as their text is: one parse per version of a document.
 * @param own true where another extension has the basics of Dockerfiles; asked at every request
 * @param rules severities of the editor's settings; asked at every request
 * @param schedules tells schedules in words, once it is loaded
 */
export function languageFeatures(
  own: () => boolean = () => false,
  rules: () => Severities = () => ({}),
  schedules: () => Schedules | undefined = () => undefined,
  contexts: () => readonly string[] = () => [],
): Features {
  const parses = new WeakMap<WorkspaceFile, Dockerfile>();
  const memoryOf = shellMemories();
  const parsed = (file: WorkspaceFile): Dockerfile => {
    const known = parses.get(file) ?? parseDockerfile(file.uri, file.text, memoryOf(file.uri).next());
    parses.set(file, known);
    return known;
  };
  const dockerfile = featuresOfDockerfiles(parsed, own, rules);
  const manifest = featuresOfManifests(parsed, rules, schedules, contexts);
  const supervisor = featuresOfSupervisor(rules);
  const confd = featuresOfConfd(rules);
  return {
    parse: parsed,
    of: (file, context) => {
      if (file.kind === 'dockerfile') return dockerfile;
      if (file.kind === 'dockerignore') return featuresOfIgnoreFiles(context);
      if (file.kind === 'supervisor') return supervisor;
      if (file.kind === 'confd') return confd;
      return file.kind === 'other' || file.kind === 'template' ? undefined : manifest;
    },
    judge: (workspace, file) => lintDockerfileWithWaivers(parsed(file), workspace),
    symbols: (workspace, query) => workspaceSymbols(workspace, parsed, query),
  };
}

/** Shell texts of the files that were parsed last: who types changes one of many. */
function shellMemories(most = 10): (uri: string) => ReturnType<typeof shellMemory> {
  const known = new Map<string, ReturnType<typeof shellMemory>>();
  return (uri) => {
    const memory = known.get(uri) ?? shellMemory();
    known.delete(uri);
    known.set(uri, memory);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return memory;
  };
}

function featuresOfDockerfiles(parsed: ParseFile, own: () => boolean, rules: () => Severities): LanguageFeatures {
  return {
    lint: (workspace, file) => lintDockerfile(parsed(file), workspace, { settings: rules() }),
    complete: (workspace, file, position, listing) =>
      completeDockerfile(parsed(file), workspace, position, { basics: !own(), ...optional('listing', listing) }),
    hover: (workspace, file, position) => hoverDockerfile(parsed(file), workspace, position, !own()),
    define: (workspace, file, position) => defineDockerfile(parsed(file), workspace, position, !own(), parsed),
    references: (workspace, file, position, withDeclaration) =>
      dockerfileReferences(parsed(file), workspace, parsed, position, withDeclaration),
    symbols: (_workspace, file) => (own() ? [] : dockerfileSymbols(parsed(file))),
    folding: (_workspace, file) => (own() ? undefined : dockerfileFolding(parsed(file))),
    fixes: (_workspace, _file, findings, range) => quickFixes(findings, range),
    fixAll: (workspace, file) => fixAllAction(parsed(file), workspace, { settings: rules() }),
    editing: dockerfileEditing(parsed, own),
    dockerfile: dockerfileFeatures(parsed),
  };
}

function featuresOfManifests(
  parsed: ParseFile,
  rules: () => Severities,
  schedules: () => Schedules | undefined,
  contexts: () => readonly string[],
): LanguageFeatures {
  return {
    lint: (workspace, file) => lintManifest(workspace, file.uri, rules()),
    complete: (workspace, file, position) => completeManifest(workspace, file.uri, position, contexts()),
    hover: (workspace, file, position) => hoverManifest(workspace, file.uri, position, schedules()),
    define: (workspace, file, position) => [defineManifest(workspace, file.uri, position)].filter((one) => one !== undefined),
    references: (workspace, file, position, definition) => referencesManifest(workspace, parsed, file.uri, position, { definition }),
    symbols: (workspace, file) => symbolsManifest(workspace, file.uri),
    folding: (workspace, file) => {
      const yaml = workspace.yaml(file.uri);
      return yaml && foldManifest(yaml);
    },
    fixes: (_workspace, _file, findings, range) => quickFixes(findings, range),
    fixAll: (workspace, file) => fixAllManifestAction(workspace, file.uri, rules()),
    editing: manifestEditing(parsed),
    manifest: {
      hints: (workspace, file, range) => manifestHints(workspace, file.uri, range),
      refactors: (workspace, file, range) => [
        ...refactorManifest(workspace, file.uri, range.start),
        ...splitCatalogue(workspace, file.uri, range),
      ],
      nameAt: (workspace, file, position) => manifestNameAt(workspace, file.uri, position),
      rename: (workspace, file, position, name) => renameManifest(workspace, file.uri, position, name),
    },
  };
}

function featuresOfIgnoreFiles(context: ContextFiles | undefined): LanguageFeatures {
  return {
    lint: (workspace, file) => lintIgnoreFile(file, workspace, context),
    complete: (_workspace, file, position) => completeIgnoreFile(file.text, position, context),
    hover: (_workspace, file, position) => hoverIgnoreFile(file.text, position, context),
    define: () => [],
    references: () => [],
    symbols: () => [],
    folding: () => undefined,
    fixes: (_workspace, _file, findings, range) => quickFixes(findings, range),
    fixAll: () => undefined,
  };
}
