/** The half of the CLI that judges Dockerfiles alone: it loads no rule about manifests, and reads only what the findings depend on. */
import { workspaceAround } from './lint/around.ts';
import { isWanted } from './lint/place.ts';
import { type Linted, type LintInput, lintFiles } from './lintFindings.ts';
import { readWorkspaceFile } from './workspaceFiles.ts';

/** Judges Dockerfiles: the findings are those in the whole of their workspaces. */
export function lintPaths(input: LintInput): Promise<Linted> {
  return lintFiles(input, {
    load: ({ today, place, directory }, named, skipped) => {
      const inFolders = place.found.filter(({ path }) => isWanted(place, path) && !place.single.has(path));
      const judged = [...inFolders.flatMap(({ path }) => readWorkspaceFile(path, false, skipped) ?? []), ...named];
      return workspaceAround(judged, place, { today, directory, skipped });
    },
  });
}
