import type { DeliveryEvent, Report } from '../delivery/events.ts';
import { byteSize } from '../delivery/units.ts';
import type { BuildEvent, DeployEvent, Plan, PushEvent } from '../ports.ts';
import { type Output, paint } from './output.ts';
import { planText } from './planText.ts';

/** Shows what a use-case tells: one line per event for people, one object per event for programs. */
export function progress(output: Output): Report {
  const names = new Map<string, string>();
  return (event) => {
    output.event(plainEvent(event));
    const text = eventText(event, names, output.colour);
    if (text !== undefined) output.note(text);
  };
}

/** Events as they are printed; a plan without the part that belongs to its platform. */
function plainEvent(event: DeliveryEvent): Record<string, unknown> {
  if (event.type === 'plan') {
    return { type: 'plan', plan: plainPlan(event.plan) };
  }
  return { ...event };
}

/** A plan without what belongs to its platform. */
function plainPlan({ token: _, parts, ...plan }: Plan): Record<string, unknown> {
  return { ...plan, ...(parts ? { parts: parts.map(plainPlan) } : {}) };
}

function eventText(event: DeliveryEvent, names: Map<string, string>, colour: boolean): string | undefined {
  switch (event.type) {
    case 'stage':
      return `${paint(colour, 'cyan', '▸')} ${paint(colour, 'bold', event.stage)}  ${event.message}`;
    case 'attempt':
      return `${paint(colour, 'yellow', 'skipped')} ${event.member}: ${event.message}`;
    case 'warning':
      return `${paint(colour, 'yellow', 'warning')} ${event.message}`;
    case 'build':
      return buildText(event.event, names, colour);
    case 'built':
      return event.text.replace(/^(?=.)/gm, '  ');
    case 'push':
      return pushText(event.event);
    case 'plan':
      return planText(event.plan, colour);
    case 'check': {
      const { name, passed, message, seconds } = event.outcome;
      return `  ${paint(colour, passed ? 'green' : 'red', passed ? 'passed' : 'failed')} ${name} after ${seconds.toFixed(1)}s: ${message}`;
    }
    case 'deploy':
      return deployText(event.event, colour);
  }
}

function buildText(event: BuildEvent, names: Map<string, string>, colour: boolean): string | undefined {
  if (event.type === 'sent') return `  sent     ${byteSize(event.bytes)} that had changed`;
  if (event.type === 'context') return `  context  ${event.files} files, ${byteSize(event.bytes)}`;
  if (event.type === 'warning') return `  ${paint(colour, 'yellow', 'warning')} ${event.message}`;
  if (event.type === 'output') return event.text.replace(/\r?\n$/, '').replace(/^/gm, '    ');
  const line = event.line === undefined ? '' : paint(colour, 'dim', ` (line ${event.line})`);
  const seconds = event.seconds === undefined ? '' : ` ${event.seconds.toFixed(1)}s`;
  if (event.state === 'started') {
    names.set(event.id, event.name);
    return `  ${event.name}${line}`;
  }
  if (event.state === 'failed') return `  ${paint(colour, 'red', 'failed')} ${event.name}${line}: ${event.error ?? 'no reason given'}`;
  const known = names.has(event.id) ? event.name.slice(0, 60) : event.name;
  return `  ${paint(colour, event.state === 'cached' ? 'dim' : 'green', event.state)}${seconds} ${known}${names.has(event.id) ? '' : line}`;
}

/** Only ends are shown: how much of a layer has gone is for progress bars. */
function pushText({ layer, status, current, total }: PushEvent): string | undefined {
  if (current !== undefined && total !== undefined && current < total) return undefined;
  return /^(preparing|waiting)/i.test(status) ? undefined : `  ${layer ? `${layer.slice(0, 19)} ` : ''}${status}`;
}

function deployText(event: DeployEvent, colour: boolean): string {
  if (event.type === 'progress') return `  ${event.ready}/${event.wanted} ready  ${event.message}`;
  return `  ${paint(colour, 'bold', event.phase)}  ${event.message}`;
}
