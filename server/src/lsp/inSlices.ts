import { setImmediate as turn } from 'node:timers/promises';
import type { CancellationToken } from 'vscode-languageserver/node';
import { lintManifest } from '../core/features/lintManifest.ts';
import type { Workspace } from '../core/features/workspace.ts';

/** Work goes on for so long before requests that wait are answered. Milliseconds. */
const slice = 4;
/** While somebody types there is always a newer workspace; after so many the last one has to do. */
const mostAgain = 20;

/**
 * Judges every YAML file of the newest workspace without keeping requests waiting: what the model says of them is then at hand.
 * Undefined when the question was withdrawn.
 */
export async function judgedWorkspace(current: () => Promise<Workspace>, token: CancellationToken): Promise<Workspace | undefined> {
  let workspace = await current();
  for (let again = 0; again < mostAgain; again++) {
    if (!(await judgeAll(workspace, async () => !token.isCancellationRequested && (await current()) === workspace))) {
      if (token.isCancellationRequested) return undefined;
      workspace = await current();
      continue;
    }
    return workspace;
  }
  return workspace;
}

/** True when all were judged before `goesOn` said no. */
async function judgeAll(workspace: Workspace, goesOn: () => Promise<boolean>): Promise<boolean> {
  let begun = performance.now();
  for (const { uri } of [...workspace.services, ...workspace.environments, ...workspace.standards]) {
    if (performance.now() - begun > slice) {
      await turn();
      if (!(await goesOn())) return false;
      begun = performance.now();
    }
    lintManifest(workspace, uri);
  }
  return true;
}
