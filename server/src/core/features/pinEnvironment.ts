import type { ImportRefusal, PinEdit, PinParams, Range } from '../../protocol.ts';
import { addEntry } from '../rules/manifestEdits.ts';
import type { YamlFile } from '../yaml/parse.ts';
import { entryOf, itemsAt, type MapNode, textAt } from '../yaml/tree.ts';
import { flowText } from './import/write.ts';
import type { Workspace } from './workspace.ts';

type Edit = { readonly range: Range; readonly text: string };

/** The edits that write the identity of a cluster into an environment. Comments stay; no edit where the file says it already. */
export function pinEnvironment(workspace: Workspace, wanted: PinParams): PinEdit | ImportRefusal {
  const file = workspace.environments.find(
    ({ product, environments }) => product === wanted.product && environments.some(({ name }) => name === wanted.environment),
  );
  const yaml = file && workspace.yaml(file.uri);
  const item = itemsAt(yaml?.root, 'environments').find((one) => textAt(one, 'name') === wanted.environment);
  const section = item && entryOf(item, 'kubernetes')?.value;
  if (!file || !yaml || section?.kind !== 'map')
    return { problem: `\`${wanted.environment}\` is no Kubernetes environment of this workspace.` };
  const cluster = entryOf(section, 'cluster')?.value;
  const pins = Object.entries(wanted.cluster).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  const edits =
    cluster?.kind === 'map' && cluster.entries.length > 0
      ? pinsInto(yaml, cluster, pins)
      : [set(yaml, section, 'cluster', flowText(Object.fromEntries(pins)))];
  const own = wanted.namespaceUid ? pinsInto(yaml, section, [['namespaceUid', wanted.namespaceUid]]) : [];
  const all = [...edits, ...own];
  if (all.includes(undefined))
    return { problem: `\`${wanted.environment}\` is written in a way that cannot be changed here: pin it by hand.` };
  return { uri: file.uri, edits: merged(all.filter((edit) => edit !== undefined)) };
}

function pinsInto(file: YamlFile, map: MapNode, pins: readonly (readonly [string, string])[]): readonly (Edit | undefined)[] {
  return pins.filter(([key, value]) => textAt(map, key) !== value).map(([key, value]) => set(file, map, key, flowText(value)));
}

function set(file: YamlFile, map: MapNode, key: string, value: string): Edit | undefined {
  const entry = entryOf(map, key);
  if (!entry) return addEntry(file, map, key, value);
  const { range } = entry.value;
  const empty = range.start.line === range.end.line && range.start.character === range.end.character;
  if (!empty) return { range, text: value };
  // `cluster:` without a value: behind its colon.
  const at = { line: entry.keyRange.end.line, character: entry.keyRange.end.character + 1 };
  return { range: { start: at, end: at }, text: ` ${value}` };
}

/** Several entries that are added behind the same one are one edit: LSP leaves no order to insertions of different edits. */
function merged(edits: readonly Edit[]): readonly Edit[] {
  const result: Edit[] = [];
  for (const edit of edits) {
    const same = result.findIndex(({ range }) => JSON.stringify(range) === JSON.stringify(edit.range));
    const before = result[same];
    if (before) result[same] = { range: edit.range, text: before.text + edit.text };
    else result.push(edit);
  }
  return result;
}
