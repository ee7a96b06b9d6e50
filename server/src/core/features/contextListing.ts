import type { Dockerfile } from '../dockerfile/model.ts';
import { parentUri, resolveUri } from '../text/uris.ts';
import { typedWord } from './completion.ts';
import { instructionAt } from './subjectDockerfile.ts';
import type { Workspace } from './workspace.ts';

/** A folder of a build context, listed for completion. */
export interface ContextListing {
  /** Folder below the context that was listed, with a slash at its end; empty for the context itself. */
  readonly folder: string;
  readonly entries: readonly { readonly name: string; readonly folder: boolean }[];
  /** Text of the `.dockerignore` that counts. */
  readonly ignore?: string;
}

/** What has to be listed before a completion can be answered. */
export interface WantedListing {
  readonly contextUri: string;
  readonly folder: string;
  /** The files that may say what is left out, the one that counts first: <Dockerfile>.dockerignore, then .dockerignore. */
  readonly ignoreUris: readonly string[];
}

/** The build context of a Dockerfile: what its service says, else the folder that it lies in. */
export function contextOf(workspace: Workspace, uri: string): string {
  return workspace.serviceForDockerfile(uri)?.contextUri ?? parentUri(uri);
}

/** The `.dockerignore` files that count for a Dockerfile, the first that exists wins. */
export function ignoreUrisOf(workspace: Workspace, uri: string): readonly string[] {
  return [`${uri}.dockerignore`, resolveUri(contextOf(workspace, uri), '.dockerignore')];
}

/** The folder whose files can be named at an offset; undefined where no path of the context can stand. */
export function wantedListing(file: Dockerfile, workspace: Workspace, offset: number): WantedListing | undefined {
  const instruction = instructionAt(file, offset);
  if (!instruction || offset <= instruction.keyword.end) return undefined;
  const typed = typedWord(file, offset, /[\s"[,]/).text;
  const path = pathTyped(file, instruction.kind, typed, offset);
  if (path === undefined || ((instruction.kind === 'COPY' || instruction.kind === 'ADD') && instruction.from)) return undefined;
  // Behind a source, an absolute path is the destination.
  if (path.startsWith('/') && 'sources' in instruction && (instruction.sources[0]?.start ?? offset) < offset - path.length)
    return undefined;
  const clean = path.replace(/^(?:\.?\/)+/, '');
  if (clean.split('/').includes('..') || /[*?$]|^\w+:/.test(clean)) return undefined;
  return {
    contextUri: contextOf(workspace, file.uri),
    folder: clean.slice(0, clean.lastIndexOf('/') + 1),
    ignoreUris: ignoreUrisOf(workspace, file.uri),
  };
}

/** The path in front of the cursor: a word of COPY or ADD, or `source=` of a RUN's bind mount. */
function pathTyped(file: Dockerfile, kind: string, typed: string, offset: number): string | undefined {
  if (kind === 'COPY' || kind === 'ADD') return typed.startsWith('-') ? undefined : typed;
  if (kind !== 'RUN') return undefined;
  const word = typedWord(file, offset).text;
  const source = /^--mount=.*?(?:^|,|=)(?:source|src)=([^,]*)$/.exec(word)?.[1];
  return source === undefined || /type=(?!bind)|from=/.test(word) ? undefined : source;
}
