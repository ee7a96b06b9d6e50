import type { EnvironmentSummary, FieldAdoption, Location, ServiceSummary } from '../../../../server/src/protocol.ts';
import type { Adoption } from '../../delivery/adoption.ts';
import type { Decision } from '../../delivery/choices.ts';
import type { Deployed } from '../../delivery/deploy.ts';
import { diagnosisPlace } from '../../delivery/diagnosisPlace.ts';
import type { DeliveryEvent, Questions, Report } from '../../delivery/events.ts';
import { fail, isCancelled, isWaybillError } from '../../errors.ts';
import type { DeployResult, Diagnosis, Plan } from '../../ports.ts';
import { environmentKey } from '../../state/environmentWatches.ts';
import { shortTag } from '../../tree/words.ts';
import { green, red } from '../text/ansi.ts';
import { type BuiltThing, deliveryScreen } from './buildScreens.ts';
import type { CommandContext } from './command.ts';
import type { Action, Task, Ui } from './ui.ts';

/** Asks for confirmation in the plan document, and for the environment's name where it is protected. */
export function planQuestions({ ui, authoring }: Pick<CommandContext, 'ui' | 'authoring'>): Questions {
  return {
    decide: (plan, adoptable) => decide(ui, plan, adoptable),
    adopt: async (wanted, signal) => {
      for (const one of wanted) await writeAdoption({ ui, authoring }, one, signal);
    },
    confirm: (plan) => ui.showPlan(plan, true),
    async typeName(plan, name) {
      const typed = await ui.typeToConfirm(
        `Deploy ${plan.service} to ${name}`,
        plan.typed ? `In \`${name}\` ${plan.typed}. Type its name to deploy.` : `\`${name}\` is protected. Type its name to deploy.`,
        name,
      );
      return typed ? name : undefined;
    },
  };
}

/** Writes what was changed in a target into the files, as the language server says. Throws `configuration` where it does not fit. */
export async function writeAdoption(
  { ui, authoring }: Pick<CommandContext, 'ui' | 'authoring'>,
  wanted: FieldAdoption,
  signal: AbortSignal,
): Promise<void> {
  const answer = await authoring.adoptField?.(wanted, signal);
  if (!answer) throw fail('internal', 'The language server is not there.', 'Reload the window.');
  if ('problem' in answer) throw fail('configuration', answer.problem, 'Write it there yourself.');
  await ui.applyEdits([{ location: { uri: answer.uri, range: answer.range }, text: answer.text }]);
}

/** What is to become of fields that others hold, and of objects that the service no longer has; nothing by default. */
async function decide(ui: Ui, plan: Plan, adoptable: readonly Adoption[]): Promise<Decision | undefined> {
  const title = `Deploy ${plan.service} to ${plan.environment}`;
  const conflicts = plan.conflicts ?? [];
  if (conflicts.length > 0) {
    const held = conflicts.map(({ field, object, manager }) => (field ? `${field} (\`${manager}\`)` : object)).join(', ');
    const choice = await ui.pick<'take-over' | 'leave' | 'adopt' | 'nothing'>({
      title,
      placeholder: `Others hold ${held}. What is to become of it?`,
      choices: [
        {
          label: 'Look at the plan',
          detail: 'nothing is deployed',
          icon: 'diff',
          value: 'nothing',
        },
        ...(adoptable.length > 0
          ? [
              {
                label: 'Write theirs into waybill.yaml',
                detail: `${adoptable.map(({ path, value }) => `${path}: ${value}`).join(', ')}; for ${plan.environment} alone, the plan is drawn anew`,
                icon: 'edit',
                value: 'adopt' as const,
              },
            ]
          : []),
        { label: 'Leave theirs', detail: 'these fields stay as they are; the rest is planned anew', icon: 'circle-slash', value: 'leave' },
        { label: 'Take over', detail: 'what waybill.yaml says is set; the plan is drawn anew', icon: 'arrow-swap', value: 'take-over' },
      ],
    });
    return choice === undefined || choice === 'nothing' ? undefined : { conflicts: choice };
  }
  // Old configuration alone is no reason to ask at every deployment.
  const leftovers = (plan.leftovers ?? []).filter((object) => !object.startsWith('v1/ConfigMap/'));
  if (leftovers.length === 0) return undefined;
  const prune = await ui.pick({
    title,
    placeholder: `No longer part of the service: ${leftovers.join(', ')}.`,
    choices: [
      { label: 'Leave in place', icon: 'circle-slash', value: false },
      { label: 'Remove', detail: 'last of all, once the rest is healthy; the plan shows it', icon: 'trash', value: true },
    ],
  });
  return prune ? { prune } : undefined;
}

/** Where a delivery tells what it does. */
export interface Telling {
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Runs a use-case as a task: stages go to the progress, builds and pushes to a terminal that opens with the first of their events.
 * Closing the terminal stops the work. A failure of the Dockerfile is put on its line.
 */
export async function runDelivery<T>(
  ui: Ui,
  task: Task,
  service: BuiltThing,
  work: (telling: Telling) => Promise<T>,
  lastWords: (result: T) => string = () => green('done'),
): Promise<T> {
  ui.markBuild(service.id);
  return ui.run(task, async (progress, taskSignal) => {
    const stop = new AbortController();
    const screen = deliveryScreen(ui, task, service, () => stop.abort());
    const report = (event: DeliveryEvent) => {
      const message = progressMessage(event);
      if (message) progress(message);
      if (event.type === 'plan' && event.plan.refusals.length > 0) void ui.showPlan(event.plan, false);
      screen.write(event);
    };
    try {
      const result = await work({ report, signal: AbortSignal.any([taskSignal, stop.signal]) });
      screen.end(lastWords(result));
      return result;
    } catch (error) {
      if (isCancelled(error) || taskSignal.aborted || stop.signal.aborted) screen.end('cancelled');
      else screen.fail(error);
      if (isWaybillError(error) && error.waybill === 'build-failed' && error.at)
        ui.markBuild(service.id, { ...error.at, message: error.message });
      throw error;
    }
  });
}

function progressMessage(event: DeliveryEvent): string | undefined {
  switch (event.type) {
    case 'stage':
      return event.message;
    case 'attempt':
      return `${event.member}: ${event.message}`;
    case 'build':
      return event.event.type === 'step' && event.event.state === 'started' ? event.event.name : undefined;
    case 'deploy':
      return event.event.message;
    default:
      return undefined;
  }
}

/** The last line of a terminal that showed a deployment. */
export function deploymentEnd({ result }: Deployed): string {
  if (!result) return 'not deployed: the plan was closed';
  return result.outcome === 'Succeeded' ? green('done') : red(result.diagnosis?.summary ?? result.message);
}

/** Tells how a deployment ended: well with a way to its logs, or badly with its diagnosis and the way back. */
export async function tellOutcome(
  context: CommandContext,
  { service, environment, release }: { service: ServiceSummary; environment: EnvironmentSummary; release: string },
  { result }: Deployed,
): Promise<void> {
  if (!result) return;
  const { ui } = context;
  const { diagnosis } = result;
  const place = diagnosis && (await placeOf(context, service, environment, diagnosis));
  ui.keepDiagnosis(place ?? service.location, service.name, environment.name, diagnosis);
  const subject = { service: service.id, environment: environmentKey(environment) };
  const action = (label: string, id: string): Action => ({ label, run: () => context.runCommand(id, subject) });
  if (result.outcome === 'Succeeded') {
    ui.inform(`${service.name} ${shortTag(release)} is healthy in ${environment.name}.`, [action('Tail Logs', 'waybill.logs.tail')]);
    return;
  }
  const actions = [action('Show Diagnosis', 'waybill.diagnosis.show'), action('Roll Back…', 'waybill.service.rollBack')];
  ui.warn(outcomeMessage(service, environment, result), actions);
}

/** The key that is to blame; without an answer the service's name has to do. */
async function placeOf(
  { documents }: CommandContext,
  service: ServiceSummary,
  environment: EnvironmentSummary,
  diagnosis: Diagnosis,
): Promise<Location | undefined> {
  return diagnosisPlace(documents, service.id, environment.name, diagnosis, AbortSignal.timeout(5000)).catch(() => undefined);
}

function outcomeMessage(service: ServiceSummary, environment: EnvironmentSummary, result: DeployResult): string {
  const words = { Failed: 'is not healthy', Errored: 'could not be deployed', Aborted: 'was stopped', Succeeded: 'is healthy' };
  const why = result.diagnosis ? `${result.diagnosis.summary} ${result.diagnosis.advice}` : result.message;
  return `${service.name} ${words[result.outcome]} in ${environment.name}: ${why}`;
}
