import type { ServiceSummary } from '../../../../server/src/protocol.ts';
import type { DeliveryEvent } from '../../delivery/events.ts';
import { isWaybillError } from '../../errors.ts';
import { red } from '../text/ansi.ts';
import { type BuildTeller, buildView } from '../text/buildView.ts';
import type { BuildScreen, Task, Ui } from './ui.ts';

/** A service, or an image of the standards. */
export type BuiltThing = Pick<ServiceSummary, 'id' | 'dockerfileUri'>;

/** The terminal of one delivery: it opens with the first thing that is worth one. */
export function deliveryScreen(ui: Ui, task: Task, service: BuiltThing, stop: () => void) {
  const view = buildView(Date.now);
  const teller = view.of('', dockerfilePath(service));
  let screen: BuildScreen | undefined;
  const open = () => {
    screen ??= ui.buildScreen(`${task.verb} ${task.service}`, view, stop);
  };
  return {
    write(event: DeliveryEvent): void {
      if (['build', 'push', 'warning', 'attempt'].includes(event.type)) open();
      if (tellBuild(teller, event)) screen?.changed();
    },
    end(text: string): void {
      view.end(text);
      screen?.end();
    },
    /** The last words about an error: what stands above already is not said again. */
    fail(error: unknown): void {
      const known = view.failed && isWaybillError(error) && error.waybill === 'build-failed';
      const message = error instanceof Error ? error.message : String(error);
      this.end(red(known ? 'failed' : message));
    },
  };
}

/** Puts an event on a view of builds; false when it is none of its business. */
export function tellBuild(teller: BuildTeller, event: DeliveryEvent): boolean {
  switch (event.type) {
    case 'build':
      teller.build(event.event);
      return true;
    case 'push':
      teller.push(event.event);
      return true;
    case 'warning':
      teller.build({ type: 'warning', message: event.message });
      return true;
    case 'attempt':
      teller.build({ type: 'warning', message: `${event.member}: ${event.message}` });
      return true;
    case 'stage':
      teller.stage(event.message);
      return true;
    case 'deploy':
      teller.stage(event.event.message);
      return true;
    default:
      return false;
  }
}

/** Path of a service's Dockerfile, as links in terminals name it. */
export function dockerfilePath(service: BuiltThing): string {
  return decodeURIComponent(service.dockerfileUri.replace(/^file:\/\//, ''));
}
