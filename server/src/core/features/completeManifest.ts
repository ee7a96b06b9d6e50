import type { Position } from '../../protocol.ts';
import { typedWord } from '../yaml/typedWord.ts';
import type { Completion } from './answers.ts';
import { completeKeys } from './completeKey.ts';
import { completeValues } from './completeValue.ts';
import { completeVariable } from './completeVariable.ts';
import { siteAt } from './completionSite.ts';
import { manifestContext } from './manifestContext.ts';
import type { Workspace } from './workspace.ts';

/** What may stand at a position of a YAML file, best first: keys, values, and names from other files. */
export function completeManifest(
  workspace: Workspace,
  uri: string,
  position: Position,
  kubeContexts: readonly string[] = [],
): readonly Completion[] {
  const found = manifestContext(workspace, uri);
  if (!found) return [];
  const context = { ...found, kubeContexts };
  const { text, index } = context.yaml;
  const offset = index.offsetAt(position);
  const word = typedWord(text, offset);
  if (!word) return [];
  const variables = completeVariable(context, index, text, offset);
  if (variables) return variables;
  const site = siteAt(context, word);
  if (!site) return [];
  const offered = site.slot.as === 'key' ? completeKeys(site, site.slot.map) : [...completeValues(site), ...completeKeys(site, undefined)];
  return offered.map((item, i) => ({ ...item, sortText: String(i).padStart(4, '0') }));
}
