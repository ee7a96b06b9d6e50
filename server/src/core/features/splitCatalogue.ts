import type { Range } from '../../protocol.ts';
import { addItem } from '../rules/manifestEdits.ts';
import { comparePositions, type TextEdit } from '../text/edits.ts';
import { globMatches, normalUri, parentUri } from '../text/uris.ts';
import type { YamlFile } from '../yaml/parse.ts';
import { entryOf, type ListNode, type MapEntry, textAt, textsAt, type YamlNode } from '../yaml/tree.ts';
import type { Refactor } from './refactorManifest.ts';
import type { Workspace } from './workspace.ts';

const sections: Readonly<Record<string, string>> = {
  osImages: 'OS images',
  components: 'components',
  baseImages: 'base images',
  builderImages: 'builder images',
};

/** Entries of the catalogue of standards go into a part of their own, which the standards include. */
export function splitCatalogue(workspace: Workspace, uri: string, range: Range): readonly Refactor[] {
  const file = workspace.yaml(uri);
  if (file?.root?.kind !== 'map' || workspace.file(uri)?.kind !== 'standards' || workspace.isStandardsPart(uri)) return [];
  return file.root.entries.flatMap((entry) => {
    const title = sections[entry.key];
    if (!title || entry.value.kind !== 'list' || entry.value.flow || !touches(entry, range)) return [];
    const list = entry.value;
    const chosen = list.items.filter(
      (item) => comparePositions(item.range.start, range.end) <= 0 && comparePositions(range.start, item.range.end) <= 0,
    );
    const [only] = chosen;
    const name = chosen.length === 1 ? textAt(only, 'name') : undefined;
    const some =
      name && list.items.length > 1
        ? [refactor(workspace, uri, file, entry, list, chosen, `Move \`${name}\` to a file of its own`, name)]
        : [];
    const several = chosen.length > 1 && chosen.length < list.items.length;
    const marked = several
      ? [refactor(workspace, uri, file, entry, list, chosen, `Move the ${chosen.length} marked ${title} to a file of their own`, entry.key)]
      : [];
    return [
      ...some,
      ...marked,
      refactor(workspace, uri, file, entry, list, list.items, `Move all ${title} to a file of their own`, entry.key),
    ].flatMap((one) => one ?? []);
  });
}

function touches({ keyRange, value }: MapEntry, range: Range): boolean {
  return comparePositions(keyRange.start, range.end) <= 0 && comparePositions(range.start, value.range.end) <= 0;
}

function refactor(
  workspace: Workspace,
  uri: string,
  file: YamlFile,
  entry: MapEntry,
  list: ListNode,
  items: readonly YamlNode[],
  title: string,
  name: string,
): Refactor | undefined {
  const part = freeName(workspace, uri, name);
  const include = includeEdit(file, part.path);
  const spans = items.map((item) => spanOf(file, item));
  if (include === undefined || spans.some((span) => span === undefined)) return undefined;
  const known = spans.flatMap((span) => span ?? []);
  const body = known.map(({ start, end }) => file.text.slice(start, end)).join('');
  const whole = items.length === list.items.length;
  const removals: readonly TextEdit[] = whole
    ? [{ range: file.index.range(file.index.offsetAt(entry.keyRange.start), known.at(-1)?.end ?? 0), text: '' }]
    : known.map(({ start, end }) => ({ range: file.index.range(start, end), text: '' }));
  const text = `apiVersion: waybill.dev/v1\nkind: StandardsPart\n\n${entry.key}:\n${body.trimEnd()}\n`;
  return {
    title,
    kind: 'refactor.extract',
    edits: [...(include ? [include] : []), ...removals],
    create: { uri: part.uri, text },
    preview: true,
  };
}

/** A name that no file has yet. */
function freeName(workspace: Workspace, uri: string, name: string): { readonly uri: string; readonly path: string } {
  const folder = parentUri(normalUri(uri));
  for (let i = 1; ; i++) {
    const path = `${name}${i === 1 ? '' : `-${i}`}.waybill.standards.yaml`;
    if (!workspace.file(`${folder}/${path}`)) return { uri: `${folder}/${path}`, path };
  }
}

/** Nothing to do where a pattern takes the file in already; undefined where the list cannot be added to. */
function includeEdit(file: YamlFile, path: string): TextEdit | null | undefined {
  const entry = entryOf(file.root, 'include');
  if (textsAt(entry?.value).some((glob) => globMatches(glob, path))) return null;
  if (entry?.value.kind === 'list') return addItem(file, entry.value, path);
  if (entry || file.root?.kind !== 'map') return undefined;
  const behind = entryOf(file.root, 'metadata') ?? entryOf(file.root, 'kind');
  if (!behind) return undefined;
  const end = file.text.slice(0, file.index.offsetAt(behind.value.range.end)).trimEnd().length;
  const newline = file.text.indexOf('\n', end);
  const at = newline < 0 ? file.text.length : newline;
  return { range: file.index.range(at, at), text: `\ninclude: [${path}]` };
}

/** The lines of an item with the comments right above it. */
function spanOf({ text, index }: YamlFile, item: YamlNode): { readonly start: number; readonly end: number } | undefined {
  const at = index.offsetAt(item.range.start);
  let start = text.lastIndexOf('\n', at - 1) + 1;
  const indent = /^([ \t]*)-[ \t]+$/.exec(text.slice(start, at))?.[1];
  if (indent === undefined) return undefined;
  for (;;) {
    const above = text.lastIndexOf('\n', start - 2) + 1;
    const line = text.slice(above, start);
    if (start === 0 || !line.startsWith(`${indent}#`)) break;
    start = above;
  }
  const last = text.slice(0, index.offsetAt(item.range.end)).trimEnd().length;
  const newline = text.indexOf('\n', last);
  return { start, end: newline < 0 ? text.length : newline + 1 };
}
