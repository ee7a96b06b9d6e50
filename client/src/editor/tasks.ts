import * as vscode from 'vscode';
import { runBuildTask } from '../commands/contract/buildTask.ts';
import type { CommandContext } from '../commands/contract/command.ts';
import { terminalLines } from '../commands/text/ansi.ts';

/** Tasks of the type `waybill`: one that builds for each service, and those that people write into tasks.json. */
export function registerTasks(context: CommandContext): vscode.Disposable {
  const build = (definition: vscode.TaskDefinition, service: string, scope: vscode.TaskScope | vscode.WorkspaceFolder): vscode.Task => {
    const execution = new vscode.CustomExecution(async () => buildTerminal(context, service));
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
function buildTerminal(context: CommandContext, service: string): vscode.Pseudoterminal {
  const output = new vscode.EventEmitter<string>();
  const ended = new vscode.EventEmitter<number>();
  const stop = new AbortController();
  const screen = {
    write: (text: string) => output.fire(terminalLines(text)),
    end: (text: string) => output.fire(`\r\n${terminalLines(text)}\r\n`),
  };
  return {
    onDidWrite: output.event,
    onDidClose: ended.event,
    open: () => void runBuildTask(context, service, screen, stop.signal).then((fine) => ended.fire(fine ? 0 : 1)),
    close: () => stop.abort(),
    handleInput: (keys) => {
      if (keys === '\u0003') stop.abort();
    },
  };
}
