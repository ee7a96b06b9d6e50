import { type OperationQuestions, operate } from '../../delivery/operate.ts';
import type { DeployResult, Operation } from '../../ports.ts';
import { environmentKey } from '../../state/environmentWatches.ts';
import type { Subject } from '../../tree/node.ts';
import { currentModel } from './choose.ts';
import { chooseRunning, type RunningQuestion } from './chooseRunning.ts';
import type { CommandContext } from './command.ts';
import type { Ui } from './ui.ts';

/** Asks in a dialog, and for the environment's name where it is protected. */
export function operationQuestions(ui: Ui, verb: string): OperationQuestions {
  return {
    confirm: ({ message, warnings }) => ui.confirm(message, warnings.join('\n'), verb),
    async typeName({ message }, name) {
      return (await ui.typeToConfirm(message, `\`${name}\` is protected. Type its name to go on.`, name)) ? name : undefined;
    },
  };
}

/** Runs an operation on the service of a row, or on one that is picked. */
export async function runOperation(
  context: CommandContext,
  subject: Subject,
  verb: string,
  operationOf: () => Promise<Operation | undefined>,
  { fits, without }: Pick<RunningQuestion, 'fits' | 'without'> = {},
): Promise<void> {
  const model = await currentModel(context);
  const chosen = await chooseRunning(context, model, subject, { verb, ...(fits ? { fits } : {}), ...(without ? { without } : {}) });
  if (!chosen) return;
  const { service, environment } = chosen;
  const operation = await operationOf();
  if (!operation) return;
  const ports = await context.ports();
  const task = { verb, service: service.name, environment: environment.name };
  const order = { service: service.id, environment: environment.name, operation };
  const result = await context.ui.run(task, (progress, signal) =>
    operate(
      ports,
      order,
      operationQuestions(context.ui, verb),
      (event) => {
        if (event.type === 'stage') progress(event.message);
        if (event.type === 'deploy') progress(event.event.message);
      },
      signal,
    ),
  );
  if (result) tellResult(context, { service: service.id, environment: environmentKey(environment) }, result);
}

/** How an operation ended, with the way to its diagnosis. */
export function tellResult({ ui, runCommand }: CommandContext, subject: Subject, result: DeployResult): void {
  if (result.outcome === 'Succeeded') {
    ui.inform(result.message, []);
    return;
  }
  const why = result.diagnosis ? `${result.diagnosis.summary} ${result.diagnosis.advice}` : result.message;
  ui.warn(why, [{ label: 'Tail Logs', run: () => runCommand('waybill.logs.tail', subject) }]);
}
