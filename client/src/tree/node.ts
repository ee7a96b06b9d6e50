/** What a row stands for: the argument that commands get. Names, never objects, so that rows stay plain data. */
export interface Subject {
  /** `product/name` of a service. */
  readonly service?: string;
  /** `product/name` of an environment. */
  readonly environment?: string;
  /** Release id, `rel-…`. */
  readonly release?: string;
  readonly instance?: string;
  readonly digest?: string;
  /** Whole tag of a release or of what runs. */
  readonly tag?: string;
  /** `pool/member`. */
  readonly builder?: string;
  /** Id of a build that waits or runs in this window. */
  readonly build?: string;
  /** `standards/name` of a catalogue image. */
  readonly image?: string;
  /** URI of a file that is no service's yet. */
  readonly file?: string;
  /** `standards/name` of a component. */
  readonly component?: string;
  /** Number of an open local port. */
  readonly forward?: string;
}

/** A theme colour of VS Code, by what it means. */
export type Tone = 'good' | 'busy' | 'bad' | 'attention' | 'quiet';

/** A letter behind the row. */
export type Badge = 'ended' | 'deprecated';

/** One row of a view, free of VS Code. */
export interface TreeNode {
  /** Unique in its view and the same for as long as the row stands for the same thing. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Codicon. */
  readonly icon?: string;
  readonly tone?: Tone;
  readonly badge?: Badge;
  /** Computed when the pointer rests on the row. */
  readonly tooltip?: () => string;
  /** What has to be asked for first: more lines of the tooltip. */
  readonly more?: () => Promise<string>;
  /** Flags that menus match with a regular expression: `service;running`. */
  readonly context: readonly string[];
  readonly subject?: Subject;
  readonly expanded?: boolean;
  /** Of a row with many rows below it they may be made at the first call; see `lazyChildren`. */
  readonly children: readonly TreeNode[];
  /** Present where `children` are made late: those that were made already, and what they are told apart by without making them. */
  readonly late?: { peek(): readonly TreeNode[] | undefined; readonly key: string };
  /** Command run by a click on the row, with the row's subject. */
  readonly open?: string;
}

/** Children that are made when somebody looks below the row, for `{ ...row, get children() { … } }`. */
export function lazyChildren(key: string, make: () => readonly TreeNode[]) {
  let made: readonly TreeNode[] | undefined;
  return {
    get: (): readonly TreeNode[] => {
      made ??= make();
      return made;
    },
    late: { peek: () => made, key },
  };
}

/** The children that are there without making any. */
export const childrenMade = (node: TreeNode): readonly TreeNode[] => (node.late ? (node.late.peek() ?? []) : node.children);

/** Everything that can be seen of one row, its children aside: equal strings mean that it need not be drawn again. */
export function appearance(node: TreeNode): string {
  return JSON.stringify([
    node.label,
    node.description,
    node.icon,
    node.tone,
    node.badge,
    node.context,
    node.expanded,
    node.open,
    node.subject,
    node.late?.key ?? node.children.map((child) => child.id),
  ]);
}

/** Rows by id. */
export function indexNodes(roots: readonly TreeNode[]): ReadonlyMap<string, TreeNode> {
  const index = new Map<string, TreeNode>();
  const visit = (node: TreeNode): void => {
    index.set(node.id, node);
    node.children.forEach(visit);
  };
  roots.forEach(visit);
  return index;
}

/** A row with the id of the row that it stands below. */
export interface PlacedNode {
  readonly node: TreeNode;
  readonly parent: string | undefined;
}

/** Rows and their places by id, of those that have been made. */
export function placeNodes(roots: readonly TreeNode[]): Map<string, PlacedNode> {
  const places = new Map<string, PlacedNode>();
  const visit = (nodes: readonly TreeNode[], parent: string | undefined): void => {
    for (const node of nodes) {
      places.set(node.id, { node, parent });
      const children = childrenMade(node);
      if (children.length > 0) visit(children, node.id);
    }
  };
  visit(roots, undefined);
  return places;
}

/**
 * Ids of the rows to draw again, the highest ones only; `undefined` in the list means the whole view. Empty when nothing that can be
 * seen has changed. Rows that are the same object on both sides are not looked into.
 */
export function changedNodes(before: readonly TreeNode[], after: readonly TreeNode[]): readonly (string | undefined)[] {
  const ids = (nodes: readonly TreeNode[]) => nodes.map((node) => node.id).join('\n');
  if (ids(before) !== ids(after)) return [undefined];
  const changed: string[] = [];
  // Rows that look the same have the same rows below them, in the same order.
  const compare = (one: readonly TreeNode[], other: readonly TreeNode[]): void => {
    for (const [index, node] of other.entries()) {
      const previous = one[index];
      if (previous === node) continue;
      if (!previous || appearance(previous) !== appearance(node)) changed.push(node.id);
      // Below a row that nobody has looked below there is nothing to draw again.
      else if (childrenMade(previous).length > 0) compare(childrenMade(previous), node.children);
    }
  };
  compare(before, after);
  return changed;
}
