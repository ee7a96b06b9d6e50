import type { BuilderChange, BuilderEdit, ImportRefusal } from '../../protocol.ts';
import { baseName } from '../text/uris.ts';
import type { YamlFile } from '../yaml/parse.ts';
import { booleanAt, entryOf, itemsAt, type ListNode, type MapNode, textAt, type YamlNode } from '../yaml/tree.ts';
import { entryText, flowText } from './import/write.ts';
import type { Workspace } from './workspace.ts';

interface Pool {
  readonly file: YamlFile;
  readonly uri: string;
  readonly node: YamlNode;
}

/** The edit that drains, undrains, adds or removes a member of a pool. Comments and everything else in the file stay as they are. */
export function changeBuilders(workspace: Workspace, change: BuilderChange): BuilderEdit | ImportRefusal {
  const pools = poolsNamed(workspace, change.pool);
  const [first] = pools;
  if (!first) return { problem: `No environments file has a pool \`${change.pool}\`; pools of the Docker CLI are its own to change.` };
  const holders = pools
    .map((pool) => ({ pool, member: itemsAt(pool.node, 'members').find((item) => textAt(item, 'name') === change.member) }))
    .filter(({ member }) => member !== undefined);
  const [found, local] = holders;
  if (change.change === 'add') {
    return found ? { problem: `Pool \`${change.pool}\` has a member \`${change.member}\` already.` } : add(first, change);
  }
  if (found?.member?.kind !== 'map') return { problem: `Pool \`${change.pool}\` has no member \`${change.member}\`.` };
  if (change.change === 'remove' && local) {
    return { problem: `\`${change.member}\` stands in ${baseName(local.pool.uri)} as well: take it out there first.` };
  }
  if (change.change === 'remove') return remove(found.pool, found.member, change);
  return drain(found.pool, found.member, change.change === 'drain');
}

/** In the order of trust: the product's file before what one person adds to it. */
function poolsNamed(workspace: Workspace, name: string): readonly Pool[] {
  const uris = [...workspace.files.values()].map(({ uri }) => uri).filter((uri) => /\/waybill\.environments(\.local)?\.ya?ml$/.test(uri));
  return uris
    .toSorted((a, b) => Number(a.includes('.local.')) - Number(b.includes('.local.')))
    .flatMap((uri) => {
      const file = workspace.yaml(uri);
      const node = itemsAt(file?.root, 'builders').find((item) => textAt(item, 'name') === name);
      return file && node ? [{ file, uri, node }] : [];
    });
}

function drain(pool: Pool, member: MapNode, draining: boolean): BuilderEdit | ImportRefusal {
  const { file } = pool;
  const { index, text } = file;
  const entry = entryOf(member, 'draining');
  if (entry && (booleanAt(member, 'draining') ?? false) === draining) {
    return { problem: `\`${textAt(member, 'name')}\` is ${draining ? 'draining already' : 'not draining'}.` };
  }
  if (entry) return edit(pool, index.offsetAt(entry.value.range.start), index.offsetAt(entry.value.range.end), String(draining));
  if (!draining) return { problem: `\`${textAt(member, 'name')}\` is not draining.` };
  const last = member.entries.at(-1);
  if (!last) return { problem: 'The member is empty.' };
  if (member.flow) {
    const end = endOf(last.value, index.offsetAt);
    return edit(pool, end, end, ', draining: true');
  }
  const end = lineEnd(text, endOf(last.value, index.offsetAt));
  return edit(pool, end, end, `\n${' '.repeat(last.keyRange.start.character)}draining: true`);
}

function remove(pool: Pool, member: MapNode, { pool: name, member: gone }: BuilderChange): BuilderEdit | ImportRefusal {
  const { file } = pool;
  const { index, text } = file;
  const list = entryOf(pool.node, 'members')?.value;
  if (list?.kind !== 'list') return { problem: `Pool \`${name}\` has no members.` };
  const at = list.items.indexOf(member);
  if (list.items.length === 1) return { problem: `\`${gone}\` is the only member of \`${name}\` here: drain it, or take the pool out.` };
  if (list.flow) {
    const before = list.items[at - 1];
    const after = list.items[at + 1];
    const start = before ? endOf(before, index.offsetAt) : index.offsetAt(member.range.start);
    const end = before ? endOf(member, index.offsetAt) : index.offsetAt(after?.range.start ?? member.range.end);
    return edit(pool, start, end, '');
  }
  const start = text.lastIndexOf('\n', index.offsetAt(member.range.start) - 1) + 1;
  const end = lineEnd(text, endOf(member, index.offsetAt));
  return edit(pool, start, Math.min(text.length, end + 1), '');
}

function add(pool: Pool, { member, host }: Extract<BuilderChange, { change: 'add' }>): BuilderEdit | ImportRefusal {
  const { file } = pool;
  const { index, text } = file;
  const list = entryOf(pool.node, 'members')?.value;
  const flow = flowText({ name: member, host });
  if (list?.kind !== 'list') return { problem: 'The pool has no list `members` yet: write it with its first member.' };
  const last = list.items.at(-1);
  if (list.flow) {
    const end = last ? endOf(last, index.offsetAt) : index.offsetAt(list.range.start) + 1;
    return edit(pool, end, end, last ? `, ${flow}` : flow);
  }
  if (!last) return { problem: 'The pool has no member yet: write the first one.' };
  const column = ' '.repeat(dashColumn(text, list, index.offsetAt));
  const item =
    last.kind === 'map' && last.flow
      ? `- ${flow}`
      : `- ${[...entryText('name', member, true), ...entryText('host', host, true)].join(`\n${column}  `)}`;
  const end = lineEnd(text, endOf(last, index.offsetAt));
  return edit(pool, end, end, `\n${column}${item}`);
}

type OffsetAt = YamlFile['index']['offsetAt'];

function edit({ file, uri }: Pool, start: number, end: number, text: string): BuilderEdit {
  return { uri, range: file.index.range(start, end), text };
}

/** Where the last sign of a value stands: a block ends with its last scalar, not with the comments behind it. */
function endOf(node: YamlNode, offsetAt: OffsetAt): number {
  if (node.kind === 'scalar' || node.flow) return offsetAt(node.range.end);
  const parts = node.kind === 'list' ? node.items : node.entries.map(({ value }) => value);
  return Math.max(offsetAt(node.range.start), ...parts.map((part) => endOf(part, offsetAt)));
}

function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', Math.max(0, offset - (text[offset - 1] === '\n' ? 1 : 0)));
  return newline < 0 ? text.length : newline - (text[newline - 1] === '\r' ? 1 : 0);
}

function dashColumn(text: string, list: ListNode, offsetAt: OffsetAt): number {
  const [first] = list.items;
  const offset = offsetAt(first?.range.start ?? list.range.start);
  return Math.max(0, text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).indexOf('-'));
}
