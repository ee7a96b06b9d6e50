import type { CatalogueChange, CatalogueEdit, ImportRefusal, RegisteredImage } from '../../protocol.ts';
import { readStandards } from '../standards/parse.ts';
import type { TextEdit } from '../text/edits.ts';
import { applyEdits } from '../text/lineIndex.ts';
import { parseYaml, type YamlFile } from '../yaml/parse.ts';
import { entryOf, itemsAt, type MapEntry, type MapNode, textAt, type YamlNode } from '../yaml/tree.ts';
import { findCatalogueImage } from './catalogueBuild.ts';
import { entryText, flowText } from './import/write.ts';
import type { Workspace } from './workspace.ts';

const lists = { os: 'osImages', base: 'baseImages', builder: 'builderImages' } as const;

type Pin = Extract<CatalogueChange, { readonly change: 'pin' }>;

/**
 * The edits that write an image into the standards, by their place in the text: comments, order and style stay. What they make of the file is
 * read again before they are given out.
 */
export function changeCatalogue(workspace: Workspace, change: CatalogueChange): CatalogueEdit | ImportRefusal {
  const made = change.change === 'pin' ? pin(workspace, change) : register(workspace, change.image, change.standards);
  if ('problem' in made || !workspace.file(made.uri)?.text.includes('\r\n')) return made;
  return { ...made, edits: made.edits.map((edit) => ({ ...edit, text: edit.text.replaceAll('\n', '\r\n') })) };
}

function pin(workspace: Workspace, change: Pin): CatalogueEdit | ImportRefusal {
  const found = findCatalogueImage(workspace, change.image);
  if ('problem' in found) return found;
  const { image } = found;
  const uri = image.location.uri;
  const file = workspace.yaml(uri);
  const item = itemsAt(file?.root, lists[image.layer]).find((one) => textAt(one, 'name') === image.name);
  if (!file || item?.kind !== 'map') return { problem: `The entry of \`${image.name}\` was not found in its file.` };
  if (image.current?.digest === change.digest) return { problem: `\`${image.name}\` is that image already.` };
  const edits = pinEdits(file, item, change);
  const read = rereading(uri, file, edits)?.images.find(({ layer, name }) => layer === image.layer && name === image.name);
  const kept = image.current === undefined || read?.previous[0]?.tag === image.current.tag;
  const right = read?.current?.tag === change.tag && read.current.digest === change.digest && kept;
  return right && read.previous.length === image.previous.length + (image.current ? 1 : 0)
    ? { uri, edits }
    : { problem: `The entry of \`${image.name}\` is written in a way that is not changed by itself: write \`current\` by hand.` };
}

function pinEdits(file: YamlFile, item: MapNode, { tag, digest }: Pin): readonly TextEdit[] {
  const current = entryOf(item, 'current');
  const now = flowText({ tag, digest });
  if (!current) {
    const image = entryOf(item, 'image') ?? item.entries.at(-1);
    return image ? [behind(file, item, image, `current: ${now}`)] : [];
  }
  const before = flowText({ tag: textAt(current.value, 'tag'), ...digestOf(current.value) });
  return [...replaced(file, current, { tag, digest }), moved(file, item, current, before)];
}

function digestOf(node: YamlNode): { digest?: string } {
  const digest = textAt(node, 'digest');
  return digest === undefined ? {} : { digest };
}

/** New values in the places of the old ones, so that comments beside them stay. */
function replaced(file: YamlFile, current: MapEntry, values: Readonly<Record<'tag' | 'digest', string>>): readonly TextEdit[] {
  const { value } = current;
  if (value.kind !== 'map') return [];
  return (['tag', 'digest'] as const).flatMap((key) => {
    const entry = entryOf(value, key);
    if (entry) return [{ range: entry.value.range, text: flowText(values[key]) }];
    const last = value.entries.at(-1);
    return last ? [behind(file, value, last, `${key}: ${flowText(values[key])}`)] : [];
  });
}

/** What was current goes to the head of `previous`. */
function moved(file: YamlFile, item: MapNode, current: MapEntry, before: string): TextEdit {
  const previous = entryOf(item, 'previous');
  const list = previous?.value;
  if (list?.kind === 'list' && list.items.length > 0) {
    const first = file.index.offsetAt(list.items[0]?.range.start ?? list.range.start);
    if (list.flow) return { range: file.index.range(first, first), text: `${before}, ` };
    const dash = file.text.lastIndexOf('-', first);
    const column = ' '.repeat(dash - file.text.lastIndexOf('\n', dash) - 1);
    return { range: file.index.range(dash, dash), text: `- ${before}\n${column}` };
  }
  if (previous) return { range: previous.value.range, text: `[${before}]` };
  if (item.flow) return behind(file, item, current, `previous: [${before}]`);
  const column = ' '.repeat(current.keyRange.start.character);
  return behind(file, item, current, `previous:\n${column}  - ${before}`);
}

/** A new entry behind another one of a map. */
function behind(file: YamlFile, map: MapNode, entry: MapEntry, text: string): TextEdit {
  const end = endOf(file, entry.value);
  if (map.flow) return { range: file.index.range(end, end), text: `, ${text}` };
  const line = lineEnd(file.text, end);
  return { range: file.index.range(line, line), text: `\n${' '.repeat(entry.keyRange.start.character)}${text}` };
}

/** Where the last sign of a value stands: a block ends with its last scalar, not with the comments behind it. */
function endOf(file: YamlFile, node: YamlNode): number {
  if (node.kind === 'scalar' || node.flow) return file.index.offsetAt(node.range.end);
  const parts = node.kind === 'list' ? node.items : node.entries.map(({ value }) => value);
  return Math.max(file.index.offsetAt(node.range.start), ...parts.map((part) => endOf(file, part)));
}

function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  if (newline < 0) return text.length;
  return text[newline - 1] === '\r' ? newline - 1 : newline;
}

function register(workspace: Workspace, image: RegisteredImage, name: string | undefined): CatalogueEdit | ImportRefusal {
  const standards = name === undefined ? workspace.standards : workspace.standards.filter((one) => one.name === name);
  const [target] = standards;
  if (!target) return { problem: 'There is no waybill.standards.yaml here that it could be written into.' };
  if (standards.length > 1)
    return { problem: `Several standards are here: name one of ${standards.map((one) => `\`${one.name}\``).join(', ')}.` };
  const known = target.images.find((one) => one.name === image.name);
  if (known) return { problem: `\`${target.name}\` has an image \`${image.name}\` already: pin it anew, or choose another name.` };
  const file = workspace.yaml(target.uri);
  if (file?.root?.kind !== 'map') return { problem: 'The standards cannot be read.' };
  const edit = appended(file, lists[image.layer], imageLines(image));
  const read = edit && rereading(target.uri, file, [edit])?.images.find((one) => one.name === image.name);
  return edit && read?.current?.digest === image.digest
    ? { uri: target.uri, edits: [edit] }
    : { problem: `\`${lists[image.layer]}\` stands on one line: write its entries below each other first.` };
}

/** An item behind the last one of a list of the root; with the list where there is none. */
function appended(file: YamlFile, key: string, lines: readonly string[]): TextEdit | undefined {
  const entry = entryOf(file.root, key);
  const item = (column: string) => `${column}- ${lines.join(`\n${column}  `)}`;
  if (!entry) {
    const end = file.text.trimEnd().length;
    return { range: file.index.range(end, file.text.length), text: `\n\n${key}:\n${item('  ')}\n` };
  }
  const list = entry.value;
  if (list.kind !== 'list' || list.flow) return undefined;
  const first = file.index.offsetAt(list.items[0]?.range.start ?? list.range.start);
  const dash = file.text.lastIndexOf('-', first);
  const column = ' '.repeat(Math.max(0, dash - file.text.lastIndexOf('\n', dash) - 1));
  const end = lineEnd(file.text, endOf(file, list));
  return { range: file.index.range(end, end), text: `\n${item(column)}` };
}

function imageLines(image: RegisteredImage): readonly string[] {
  const { config } = image;
  const filled = Object.fromEntries(
    Object.entries(config).filter(([, value]) =>
      typeof value === 'object' ? Object.keys(value).length > 0 : value !== undefined && value !== '',
    ),
  );
  const line = (key: string, value: unknown): readonly string[] => (value === undefined ? [] : entryText(key, value, true));
  return [
    ...line('name', image.name),
    ...line('image', image.repository),
    ...line('os', image.layer === 'base' ? image.os : undefined),
    ...line('current', { tag: image.tag, digest: image.digest }),
    ...(image.layer === 'os' ? [...line('family', image.family), ...line('version', image.version)] : []),
    ...(Object.keys(filled).length > 0 ? entryText('config', filled, false) : []),
  ];
}

/** What the file says after the edits; undefined when it is broken by them. */
function rereading(uri: string, file: YamlFile, edits: readonly TextEdit[]) {
  const after = parseYaml(applyEdits(file.text, edits));
  return after.problems.some(({ fatal }) => fatal) ? undefined : readStandards(uri, after.root);
}
