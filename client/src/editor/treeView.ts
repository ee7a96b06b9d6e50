import * as vscode from 'vscode';
import { throttle } from '../state/throttle.ts';
import { changedNodes, placeNodes, type Tone, type TreeNode } from '../tree/node.ts';
import { badgeUri } from './decorations.ts';

export interface DrawnView extends vscode.Disposable {
  /** Says that the rows may have changed. */
  refresh(): void;
  readonly visible: boolean;
  readonly onVisibility: vscode.Event<boolean>;
  setMessage(message: string | undefined): void;
  setBadge(count: number, tooltip: string): void;
  /** The row of an element: menus hand commands the element, which is an id. */
  row(id: string): TreeNode | undefined;
}

/** VS Code drops tree events less than 200 ms apart. */
const interval = 400;

const colors: Readonly<Record<Tone, string>> = {
  good: 'testing.iconPassed',
  busy: 'progressBar.background',
  bad: 'testing.iconFailed',
  attention: 'list.warningForeground',
  quiet: 'disabledForeground',
};

/** Draws rows in one view. Elements are row ids, so that a row can be drawn again whatever object stood for it before. */
export function drawView(id: string, rows: () => readonly TreeNode[], several = false): DrawnView {
  const changed = new vscode.EventEmitter<string[] | undefined>();
  let roots: readonly TreeNode[] = rows();
  let places = placeNodes(roots);

  function redraw(): void {
    const next = rows();
    const ids = changedNodes(roots, next);
    roots = next;
    places = placeNodes(roots);
    if (ids.length > 0) changed.fire(ids.includes(undefined) ? undefined : ids.filter((changedId) => changedId !== undefined));
  }

  const throttled = throttle(redraw, interval, { set: setTimeout, clear: (handle) => clearTimeout(handle as NodeJS.Timeout) });
  const provider: vscode.TreeDataProvider<string> = {
    onDidChangeTreeData: changed.event,
    getChildren(element) {
      if (element === undefined) return roots.map((node) => node.id);
      const children = places.get(element)?.node.children ?? [];
      // Those that are made only now have their place from now on.
      for (const node of children) if (!places.has(node.id)) places.set(node.id, { node, parent: element });
      return children.map((node) => node.id);
    },
    getParent: (element) => places.get(element)?.parent,
    getTreeItem: (element) => treeItem(places.get(element)?.node, element),
    async resolveTreeItem(item, element) {
      const { tooltip, more } = places.get(element)?.node ?? {};
      if (tooltip) item.tooltip = tooltip();
      if (tooltip && more) item.tooltip = `${tooltip()}\n${await more().catch(() => '')}`.trimEnd();
      return item;
    },
  };
  const view = vscode.window.createTreeView(id, { treeDataProvider: provider, showCollapseAll: true, canSelectMany: several });
  const visibility = new vscode.EventEmitter<boolean>();
  view.onDidChangeVisibility((event) => visibility.fire(event.visible));
  return {
    refresh: () => throttled.trigger(),
    get visible() {
      return view.visible;
    },
    onVisibility: visibility.event,
    setMessage(message) {
      view.message = message ?? '';
    },
    setBadge(count, tooltip) {
      view.badge = count > 0 ? { value: count, tooltip } : undefined;
    },
    row: (element) => places.get(element)?.node,
    dispose() {
      throttled.dispose();
      view.dispose();
      changed.dispose();
      visibility.dispose();
    },
  };
}

function treeItem(node: TreeNode | undefined, id: string): vscode.TreeItem {
  if (!node) return new vscode.TreeItem(id);
  const item = new vscode.TreeItem(node.label, collapsible(node));
  item.id = node.id;
  item.contextValue = node.context.join(';');
  if (node.description) item.description = node.description;
  if (node.icon) item.iconPath = new vscode.ThemeIcon(node.icon, node.tone && new vscode.ThemeColor(colors[node.tone]));
  item.accessibilityInformation = { label: node.description ? `${node.label}, ${node.description}` : node.label };
  if (node.badge) item.resourceUri = badgeUri(node.badge, node.id);
  if (node.open) item.command = { command: node.open, title: 'Open', arguments: [{ subject: node.subject ?? {} }] };
  return item;
}

function collapsible(node: TreeNode): vscode.TreeItemCollapsibleState {
  if (node.late ? node.late.key === '' : node.children.length === 0) return vscode.TreeItemCollapsibleState.None;
  return node.expanded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}
