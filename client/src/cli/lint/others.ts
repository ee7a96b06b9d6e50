import { contextOf } from '../../../../server/src/core/features/contextListing.ts';
import { type ContextFiles, lintIgnoreFile } from '../../../../server/src/core/features/ignoreFile.ts';
import { lintManifest } from '../../../../server/src/core/features/lintManifest.ts';
import type { Workspace } from '../../../../server/src/core/features/workspace.ts';
import { baseName, normalUri, parentUri } from '../../../../server/src/core/text/uris.ts';
import { listContext } from './contextFiles.ts';
import type { JudgeOthers } from './judge.ts';

/** Judges manifests, standards, environments, `.hadolint.yaml` and `.dockerignore`. */
export function judgeOthers(): JudgeOthers {
  const listed = new Map<string, ContextFiles>();
  return (workspace, file) => {
    if (file.kind !== 'dockerignore') return lintManifest(workspace, normalUri(file.uri));
    const context = ignoredContext(workspace, file.uri);
    const files = listed.get(context) ?? listContext(context);
    listed.set(context, files);
    return lintIgnoreFile(file, workspace, files);
  };
}

/** `<Dockerfile>.dockerignore` is about the context of its Dockerfile. */
function ignoredContext(workspace: Workspace, uri: string): string {
  return baseName(uri) === '.dockerignore' ? parentUri(uri) : contextOf(workspace, uri.replace(/\.dockerignore$/, ''));
}
