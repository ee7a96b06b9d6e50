import { contextOf } from '../core/features/contextListing.ts';
import type { ContextFiles } from '../core/features/ignoreFile.ts';
import type { Workspace } from '../core/features/workspace.ts';
import { baseName, parentUri } from '../core/text/uris.ts';
import { listContext } from './contextFolder.ts';

/** Keeps what lies in a context for a moment: a keystroke in a `.dockerignore` does not list it again. Milliseconds. */
const fresh = 3000;

/** Lists the build contexts that `.dockerignore` files are about. */
export function ignoreContexts(now: () => number = Date.now): (workspace: Workspace, uri: string) => Promise<ContextFiles> {
  const known = new Map<string, { readonly at: number; readonly files: Promise<ContextFiles> }>();
  return (workspace, uri) => {
    // `<Dockerfile>.dockerignore` is about the context of its Dockerfile.
    const context = baseName(uri) === '.dockerignore' ? parentUri(uri) : contextOf(workspace, uri.replace(/\.dockerignore$/, ''));
    const last = known.get(context);
    if (last && now() - last.at < fresh) return last.files;
    const files = listContext(context);
    known.set(context, { at: now(), files });
    return files;
  };
}
