import { buildImage } from '../../delivery/build.ts';
import { findService } from '../../delivery/find.ts';
import { isWaybillError } from '../../errors.ts';
import { red } from '../text/ansi.ts';
import { buildView } from '../text/buildView.ts';
import { currentModel } from './choose.ts';
import type { CommandContext } from './command.ts';
import { runDelivery } from './delivery.ts';
import type { Ui } from './ui.ts';

/**
 * Builds a service for a task of the editor, into the task's own terminal. False when it failed: the terminal says why. The task's problem
 * matcher marks the line, so nothing else does.
 */
export async function runBuildTask(
  context: CommandContext,
  name: string,
  buildScreen: Ui['buildScreen'],
  signal: AbortSignal,
): Promise<boolean> {
  let shown = false;
  const own: Ui['buildScreen'] = (...screen) => {
    shown = true;
    return buildScreen(...screen);
  };
  try {
    const service = findService(await currentModel(context), name);
    const ports = await context.ports();
    const ui = { ...context.ui, buildScreen: own, markBuild: () => context.ui.markBuild(service.id) };
    await runDelivery(ui, { verb: 'Build', service: service.name }, service, (telling) =>
      buildImage(ports, { service: service.id }, telling.report, AbortSignal.any([signal, telling.signal])),
    );
    return true;
  } catch (error) {
    if (!shown) refused(name, error, buildScreen);
    return false;
  }
}

/** Nothing was built: what the terminal says then, in the form that the problem matcher reads. */
function refused(name: string, error: unknown, buildScreen: Ui['buildScreen']): void {
  const message = error instanceof Error ? error.message : String(error);
  const { at, advice } = isWaybillError(error) ? error : { at: undefined, advice: '' };
  const place = at ? `  → ${at.file}:${at.line}` : '';
  const view = buildView(Date.now);
  view.end([`${red('✗')} ${name}${place}`, `  ${red(message)}`, ...(advice ? [`  ${advice}`] : [])].join('\n'));
  buildScreen(name, view, () => undefined).end();
}
