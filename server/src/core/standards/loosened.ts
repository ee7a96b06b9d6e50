import type { Location } from '../../protocol.ts';
import { entriesAt, itemsAt, numberAt, textAt, valueAt, type YamlNode } from '../yaml/tree.ts';
import type { Standards } from './model.ts';
import { readLevel } from './parse.ts';
import { digestStrictness, isOverridable, levelOf, logStrictness, strictness } from './tighten.ts';

/** A place where standards are looser than those that they extend. It does not count. */
export interface Loosened {
  /** What the child wrote. */
  readonly node: YamlNode;
  /** Beginning of a sentence: what the parent says. */
  readonly what: string;
  /** Rest of a sentence: what counts instead. */
  readonly holds: string;
  /** What the parent would have to give free. */
  readonly name: string;
  /** The parent's value, as YAML. */
  readonly replacement?: string;
  readonly place?: Location;
}

/** Where the tree of a child says less than its parent demands. */
export function loosened(parent: Standards, root: YamlNode): readonly Loosened[] {
  return [...severities(parent, root), ...scales(parent, root), ...values(parent, root), ...lists(parent, root), ...labels(parent, root)];
}

function severities(parent: Standards, root: YamlNode): readonly Loosened[] {
  return entriesAt(root, 'severity').flatMap(({ key, value }): Loosened[] => {
    const [level, before] = [readLevel(value), levelOf(parent, key)];
    if (!level || !before || isOverridable(parent, before.rule) || strictness[level] >= strictness[before.level]) return [];
    const node = value.kind === 'map' ? (valueAt(value, 'level') ?? value) : value;
    return [
      {
        node,
        what: `\`${before.rule}\` is \`${before.level}\``,
        holds: `\`${before.level}\` holds here`,
        name: `severity.${before.rule}`,
        replacement: before.level === 'off' ? '"off"' : before.level,
      },
    ];
  });
}

/** Values of which one is stricter than another. */
function scales(parent: Standards, root: YamlNode): readonly Loosened[] {
  const { policy } = parent;
  const scale = (path: readonly [string, string], before: string | undefined, order: Readonly<Record<string, number>>): Loosened[] => {
    const place = policy.places?.get(path.join('.'));
    const node = valueAt(root, 'policy', ...path);
    const [own, other] = [order[textAt(node) ?? ''], order[before ?? '']];
    if (!node || !place || own === undefined || other === undefined || own >= other) return [];
    return before === undefined ? [] : differs(parent, path, node, before);
  };
  const flag = policy.protected?.entrypoint === true ? 'true' : 'false';
  return [
    ...scale(['from', 'digest'], policy.digest, digestStrictness),
    ...scale(['logs', 'require'], policy.logs, logStrictness),
    ...scale(['protected', 'entrypoint'], flag, { false: 0, true: 1 }),
    ...scale(['suppressions', 'reason'], policy.suppressionReason ? 'required' : 'optional', { optional: 0, required: 1 }),
  ];
}

/** Values that are no matter of more or less: another one is not the company's. */
function values(parent: Standards, root: YamlNode): readonly Loosened[] {
  const { uid, userName, directories } = parent.policy;
  const same = (path: readonly [string, string], before: string | undefined): Loosened[] => {
    const node = valueAt(root, 'policy', ...path);
    if (!node || before === undefined || (textAt(node) ?? String(numberAt(node))) === before) return [];
    return differs(parent, path, node, before);
  };
  return [
    ...same(['user', 'uid'], uid?.toString()),
    ...same(['user', 'name'], userName),
    ...same(['directories', 'app'], directories.app),
    ...same(['directories', 'logs'], directories.logs),
  ];
}

function differs(parent: Standards, path: readonly [string, string], node: YamlNode, before: string): Loosened[] {
  const name = `policy.${path[0]}`;
  if (isOverridable(parent, name)) return [];
  const place = parent.policy.places?.get(path.join('.'));
  return [
    {
      node,
      what: `\`policy.${path.join('.')}\` is \`${before}\``,
      holds: `\`${before}\` holds here`,
      name,
      replacement: before === 'off' ? '"off"' : before,
      ...(place ? { place } : {}),
    },
  ];
}

/** Lists of what is allowed: an entry that the parent does not have allows more. */
function lists(parent: Standards, root: YamlNode): readonly Loosened[] {
  const { policy } = parent;
  const allowed = (path: readonly string[], below: readonly string[] | undefined, limits: boolean): Loosened[] => {
    const name = path[0] === 'policy' ? `policy.${path[1]}` : (path[0] ?? '');
    if (!below || !limits || isOverridable(parent, name)) return [];
    const key = path.join('.');
    const place = policy.places?.get(path.filter((step) => step !== 'policy').join('.'));
    return itemsAt(root, ...path).flatMap((node): Loosened[] => {
      const text = textAt(node);
      if (text === undefined || below.includes(text)) return [];
      const list = below.length === 0 ? 'allows none' : `allows ${below.map((entry) => `\`${entry}\``).join(', ')}`;
      return [{ node, what: `\`${key}\` ${list}`, holds: `\`${text}\` is not allowed here`, name, ...(place ? { place } : {}) }];
    });
  };
  return [
    ...allowed(['allowedRegistries'], parent.allowedRegistries, parent.allowedRegistries.length > 0),
    ...allowed(['policy', 'downloads', 'allow'], policy.downloads?.allow, (policy.downloads?.allow.length ?? 0) > 0),
    ...allowed(['policy', 'network', 'hostModeAllowedFor'], policy.hostModeAllowedFor, policy.hostModeAllowedFor !== undefined),
  ];
}

/** A label that the parent requires keeps its pattern. */
function labels(parent: Standards, root: YamlNode): readonly Loosened[] {
  if (isOverridable(parent, 'labels')) return [];
  return itemsAt(root, 'labels', 'required').flatMap((item): Loosened[] => {
    const [name, pattern] = [textAt(item, 'name') ?? textAt(item), valueAt(item, 'pattern')];
    const before = parent.requiredLabels.find((label) => label.name === name)?.pattern;
    if (before === undefined || textAt(pattern) === before) return [];
    const place = parent.policy.places?.get('labels.required');
    return [
      {
        node: pattern ?? item,
        what: `The label \`${name}\` has the pattern \`${before}\``,
        holds: 'that pattern holds here',
        name: 'labels',
        ...(pattern ? { replacement: JSON.stringify(before) } : {}),
        ...(place ? { place } : {}),
      },
    ];
  });
}
