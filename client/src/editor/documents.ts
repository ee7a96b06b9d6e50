import * as vscode from 'vscode';
import type { LineOrigin } from '../../../server/src/protocol.ts';
import type { ShownText } from '../commands/contract/ui.ts';
import { planText } from '../commands/text/plan.ts';
import type { Plan } from '../ports.ts';
import { lineOrigins } from './origins.ts';

export interface Documents extends vscode.Disposable {
  /** Opens read-only text in the scheme `waybill:`; nothing is written to disk. */
  open(name: string, language: string, text: string, origins?: readonly LineOrigin[]): Promise<vscode.Uri>;
  /** Opens two such texts beside each other, with their differences. */
  openDiff(title: string, language: string, left: ShownText, right: ShownText): Promise<void>;
  /** The address of text that another view shows. */
  keep(name: string, text: string): vscode.Uri;
  showPlan(plan: Plan, deployable: boolean): Promise<boolean>;
  answerPlan(deploy: boolean): void;
}

/** The plan on screen that waits for an answer. */
interface WaitingPlan {
  readonly uri: vscode.Uri;
  answer(deploy: boolean): void;
  /** What its lens says: a namespace is prepared, not deployed. */
  readonly verb: string;
}

/** Virtual documents: plans with the lenses Deploy and Close, effective configurations, diagnoses. */
export function virtualDocuments(): Documents {
  const texts = new Map<string, string>();
  const origins = lineOrigins();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const lenses = new vscode.EventEmitter<void>();
  let waiting: WaitingPlan | undefined;

  function keep(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: 'waybill', path: `/${name}` });
    texts.set(uri.path, text);
    changed.fire(uri);
    return uri;
  }

  async function open(name: string, language: string, text: string, from?: readonly LineOrigin[]): Promise<vscode.Uri> {
    const uri = keep(name, text);
    origins.keep(uri, from);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, language);
    await vscode.window.showTextDocument(document, { preview: true });
    return uri;
  }

  async function openDiff(title: string, language: string, left: ShownText, right: ShownText): Promise<void> {
    const [one, other] = [left, right].map((side) => {
      const uri = keep(side.name, side.text);
      origins.keep(uri, side.origins);
      return uri;
    });
    for (const uri of [one, other]) {
      if (uri) await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(uri), language);
    }
    await vscode.commands.executeCommand('vscode.diff', one, other, title, { preview: true });
  }

  function answer(deploy: boolean): void {
    waiting?.answer(deploy);
  }

  function setWaiting(plan: WaitingPlan | undefined): void {
    waiting = plan;
    void vscode.commands.executeCommand('setContext', 'waybill.planWaits', plan !== undefined);
    lenses.fire();
  }

  async function showPlan(plan: Plan, deployable: boolean): Promise<boolean> {
    answer(false);
    const uri = await open(`Plan: ${plan.service} → ${plan.environment}`, 'diff', planText(plan));
    if (!deployable) return false;
    const chosen = await new Promise<boolean>((resolve) =>
      setWaiting({ uri, answer: resolve, verb: plan.title === undefined ? 'Deploy' : 'Apply' }),
    );
    setWaiting(undefined);
    await closeTab(uri);
    return chosen;
  }

  const provider: vscode.TextDocumentContentProvider = {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => texts.get(uri.path) ?? 'This document is no longer available; open it again.',
  };
  const lensProvider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: lenses.event,
    provideCodeLenses: (document) => (document.uri.toString() === waiting?.uri.toString() ? planLenses(waiting.verb) : []),
  };
  const registered = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider('waybill', provider),
    vscode.languages.registerCodeLensProvider({ scheme: 'waybill' }, lensProvider),
    vscode.window.tabGroups.onDidChangeTabs((event) => {
      if (event.closed.some((tab) => isTabOf(tab, waiting?.uri))) answer(false);
    }),
    changed,
    lenses,
    origins,
  );
  return {
    open,
    openDiff,
    keep,
    showPlan,
    answerPlan: answer,
    dispose() {
      answer(false);
      registered.dispose();
    },
  };
}

function planLenses(verb: string): vscode.CodeLens[] {
  const top = new vscode.Range(0, 0, 0, 0);
  return [
    new vscode.CodeLens(top, { title: verb, command: 'waybill.plan.deploy' }),
    new vscode.CodeLens(top, { title: 'Close', command: 'waybill.plan.close' }),
  ];
}

function isTabOf(tab: vscode.Tab, uri: vscode.Uri | undefined): boolean {
  return uri !== undefined && tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === uri.toString();
}

async function closeTab(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => isTabOf(tab, uri));
  await vscode.window.tabGroups.close(tabs);
}
