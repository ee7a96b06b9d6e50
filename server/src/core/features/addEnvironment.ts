import type { ImportRefusal, NewEnvironment, NewEnvironmentEdit, Range } from '../../protocol.ts';
import type { YamlFile } from '../yaml/parse.ts';
import { entryOf, type ListNode, type YamlNode } from '../yaml/tree.ts';
import { entryText } from './import/write.ts';
import type { Workspace } from './workspace.ts';

/** The text of a new environment behind the last one of the product's file. */
export function addEnvironment(workspace: Workspace, wanted: NewEnvironment): NewEnvironmentEdit | ImportRefusal {
  const near = wanted.uri === undefined ? undefined : workspace.environmentsFor(wanted.uri);
  const file = near ?? (workspace.environments.length === 1 ? workspace.environments[0] : undefined);
  const yaml = file && workspace.yaml(file.uri);
  if (!file || yaml?.root?.kind !== 'map') {
    const several = workspace.environments.length > 1;
    return {
      problem: several
        ? 'Several products have environments here: open the file that it belongs to.'
        : 'There is no waybill.environments.yaml here.',
    };
  }
  if (file.environments.some(({ name }) => name === wanted.name)) return { problem: `There is an environment \`${wanted.name}\` already.` };
  const edit = insertion(yaml, yaml.root, wanted);
  return edit
    ? { uri: file.uri, ...edit }
    : { problem: 'The environments of this file stand on one line: write them below each other first.' };
}

/** Undefined where the list is in one line, or is none. */
function insertion(
  { text, index }: YamlFile,
  root: YamlNode,
  wanted: NewEnvironment,
): { readonly range: Range; readonly text: string } | undefined {
  const entry = entryOf(root, 'environments');
  if (!entry) {
    const end = text.trimEnd().length;
    return { range: index.range(end, text.length), text: `\n\nenvironments:\n${itemText(wanted, 2)}\n` };
  }
  const { value } = entry;
  const [first] = value.kind === 'list' ? value.items : [];
  if (value.kind === 'list' && first) {
    if (value.flow) return undefined;
    const end = endOfLast(text, index.offsetAt(value.range.end));
    const gap = isSpaced(text, value, index.offsetAt) ? '\n' : '';
    return { range: index.range(end, end), text: `${gap}\n${itemText(wanted, columnOf(text, index.offsetAt(first.range.start)))}` };
  }
  if (value.kind !== 'list' && !isNull(value)) return undefined;
  const start = index.offsetAt(entry.keyRange.end) + 1;
  const end = Math.max(start, index.offsetAt(value.range.end));
  const newline = text.indexOf('\n', start);
  const line = newline < 0 ? text.length : newline;
  const comment = text.slice(end, line).trim();
  return { range: index.range(start, line), text: `${comment ? ` ${comment}` : ''}\n${itemText(wanted, 2)}` };
}

function isNull(node: { readonly kind: string; readonly value?: unknown }): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** The column of the dash in front of an item. */
function columnOf(text: string, offset: number): number {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return Math.max(0, line.indexOf('-'));
}

/** Behind the last sign of the list, its comment included. */
function endOfLast(text: string, offset: number): number {
  const end = text.slice(0, offset).trimEnd().length;
  const newline = text.indexOf('\n', end);
  return newline < 0 ? text.length : newline;
}

/** Empty lines stand between the items. */
function isSpaced(text: string, { items }: ListNode, offsetAt: (position: ListNode['range']['start']) => number): boolean {
  const [first, second] = items;
  return (
    first !== undefined &&
    second !== undefined &&
    /\n[ \t]*\r?\n/.test(text.slice(offsetAt(first.range.start), offsetAt(second.range.start)))
  );
}

function itemText({ name, purpose, promoteFrom, kubernetes, compose }: NewEnvironment, column: number): string {
  const value = {
    name,
    kind: kubernetes ? 'kubernetes' : 'compose',
    ...(purpose ? { purpose } : {}),
    ...(kubernetes
      ? {
          kubernetes: {
            context: kubernetes.context,
            ...(kubernetes.cluster && Object.keys(kubernetes.cluster).length > 0 ? { cluster: kubernetes.cluster } : {}),
            namespace: kubernetes.namespace,
            ...(kubernetes.namespaceUid ? { namespaceUid: kubernetes.namespaceUid } : { createNamespace: true }),
          },
        }
      : {}),
    ...(compose ? { compose: { project: compose.project, hosts: [{ name: hostName(compose.host), host: compose.host }] } } : {}),
    promote: { from: promoteFrom },
  };
  const lines = Object.entries(value).flatMap(([key, inner]) => entryText(key, inner, key !== 'kubernetes' && key !== 'compose'));
  return lines.map((line, i) => `${' '.repeat(column)}${i === 0 ? '- ' : '  '}${line}`).join('\n');
}

/** `docker-1` of `tcp://docker-1.example.com:2376`. */
function hostName(host: string): string {
  const name = /^[a-z]+:\/\/(?:[^@/]*@)?([A-Za-z0-9-]+)/.exec(host)?.[1]?.toLowerCase();
  return name && !/^\d+$/.test(name) ? name : 'host-1';
}
