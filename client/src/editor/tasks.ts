import * as vscode from 'vscode';
import { runBuildTask } from '../commands/contract/buildTask.ts';
import type { CommandContext } from '../commands/contract/command.ts';
import type { BuildView } from '../commands/text/buildView.ts';
import { buildPty } from './buildTerminal.ts';

/** Tasks of the type `waybill`: one that builds for each service, and those that people write into tasks.json. */
export function registerTasks(context: CommandContext, shown: (view: BuildView) => void): vscode.Disposable {
  const build = (definition: vscode.TaskDefinition, service: string, scope: vscode.TaskScope | vscode.WorkspaceFolder): vscode.Task => {
    const execution = new vscode.CustomExecution(async () => buildTerminal(context, service, shown));
    const task = new vscode.Task(definition, scope, `build ${service}`, 'waybill', execution, ['$waybill-build']);
    task.group = vscode.TaskGroup.Build;
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
    return task;
  };
  return vscode.tasks.registerTaskProvider('waybill', {
    provideTasks() {
      const load = context.state.model.store.get();
      if (load.state !== 'ready') return [];
      return load.value.services.map(({ id }) => build({ type: 'waybill', service: id }, id, vscode.TaskScope.Workspace));
    },
    resolveTask({ definition, scope }) {
      const { service } = definition;
      return typeof service === 'string' ? build(definition, service, scope ?? vscode.TaskScope.Workspace) : undefined;
    },
  });
}

/** The terminal of one task; closing it stops the build. */
function buildTerminal(context: CommandContext, service: string, shown: (view: BuildView) => void): vscode.Pseudoterminal {
  const ended = new vscode.EventEmitter<number>();
  const stop = new AbortController();
  const { pty, show } = buildPty(() => stop.abort(), ended.event);
  const screen = (_title: string, view: BuildView) => {
    shown(view);
    return show(view);
  };
  return {
    ...pty,
    open(size) {
      pty.open(size);
      void runBuildTask(context, service, screen, stop.signal).then((fine) => ended.fire(fine ? 0 : 1));
    },
  };
}
