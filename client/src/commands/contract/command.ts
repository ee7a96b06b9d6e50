import type { Documents, Ports } from '../../ports.ts';
import type { AppState } from '../../state/appState.ts';
import type { Subject } from '../../tree/node.ts';
import type { Authoring, ClusterPins } from './authoring.ts';
import type { Ui } from './ui.ts';

/** A place in the editor where a command is offered. `when` is VS Code's clause; `inline` puts its icon on the row. */
export interface MenuPlace {
  readonly menu: 'view/item/context' | 'view/title' | 'editor/title' | 'editor/context' | 'explorer/context';
  readonly when: string;
  /**
   * On rows `inline@1` (at most three a row, each in a group of the menu too, for the keyboard), then `1_run`, `2_look`, `3_copy`,
   * `6_change`, `9_danger`; in a title `navigation@1`; in the menus of the editor and the explorer `5_waybill`.
   */
  readonly group: string;
}

/** What package.json says of a command; the whole section there is derived from these. */
export interface Contribution {
  /** `waybill.<noun>.<verb>`. */
  readonly id: string;
  readonly title: string;
  /** Codicon. */
  readonly icon?: string;
  /** False hides it from the palette: it needs a row. A text is VS Code's clause for when it has something to do. */
  readonly palette: boolean | string;
  /** True when it connects to something: not offered and refused in Restricted Mode (S15). */
  readonly connects: boolean;
  /** True: on several selected rows it runs for each. */
  readonly several?: boolean;
  readonly menus: readonly MenuPlace[];
}

export interface CommandContext {
  readonly ui: Ui;
  readonly state: AppState;
  /** Works without any connection, in Restricted Mode too. */
  readonly documents: Documents;
  readonly authoring: Authoring;
  /** Of Waybill. */
  readonly version: string;
  /** Makes the adapters at the first call; throws `untrusted` in Restricted Mode. */
  ports(): Promise<Ports>;
  /** What pins the cluster that a context of the kubeconfig leads to; throws `untrusted` in Restricted Mode. */
  pinCluster(context: string, namespace: string, signal: AbortSignal): Promise<ClusterPins>;
  /** Runs another command, as if the user had. */
  runCommand(id: string, subject: Subject): Promise<void>;
}

export interface Command {
  readonly contribution: Contribution;
  run(context: CommandContext, subject: Subject): Promise<void>;
}

/** The rows of one view whose flags hold `flag` and none of `without` (see `TreeNode.context`). */
export function onRow(view: 'services' | 'environments' | 'baseImages' | 'builders', flag: string, ...without: readonly string[]): string {
  const not = without.map((word) => ` && !(viewItem =~ /(^|;)${word}(;|$)/)`).join('');
  return `view == waybill.${view} && viewItem =~ /(^|;)${flag}(;|$)/${not}`;
}
