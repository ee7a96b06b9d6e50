import { buildImage } from '../../delivery/build.ts';
import { findService } from '../../delivery/find.ts';
import { isWaybillError } from '../../errors.ts';
import { red } from '../text/ansi.ts';
import { currentModel } from './choose.ts';
import type { CommandContext } from './command.ts';
import { runDelivery } from './delivery.ts';
import type { Screen } from './ui.ts';

/**
 * Builds a service for a task of the editor, into the task's own terminal. False when it failed: the terminal says why. The task's problem
 * matcher marks the line, so nothing else does.
 */
export async function runBuildTask(context: CommandContext, name: string, screen: Screen, signal: AbortSignal): Promise<boolean> {
  const told = { end: false };
  const own: Screen = {
    write: screen.write,
    end(text) {
      told.end = true;
      screen.end(text);
    },
  };
  try {
    const service = findService(await currentModel(context), name);
    const ports = await context.ports();
    const ui = { ...context.ui, buildScreen: () => own, markBuild: () => context.ui.markBuild(service.id) };
    await runDelivery(ui, { verb: 'Build', service: service.name }, service, (telling) =>
      buildImage(ports, { service: service.id }, telling.report, AbortSignal.any([signal, telling.signal])),
    );
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!told.end) screen.end(red(message));
    if (isWaybillError(error)) screen.write(`${error.advice}\r\n`);
    return false;
  }
}
