import type { BuildEvent, PushEvent } from '../../ports.ts';
import { megabytes } from '../../tree/words.ts';
import { bold, dim, green, red, safeText, yellow } from './ansi.ts';

/** What is written to the build terminal for one event; empty when the event shows nothing new. Lines end in `\r\n`. */
export interface BuildLog {
  build(event: BuildEvent): string;
  push(event: PushEvent): string;
  stage(message: string): string;
}

/** The text of a build terminal: steps as they begin and end, their output behind a rule, and links `Dockerfile:12` to failing lines. */
export function buildLog(dockerfile: string): BuildLog {
  const layers = new Map<string, string>();
  let open: string | undefined;
  const line = (text: string) => `${text}\r\n`;
  const step = (event: StepEvent): string => {
    const startedJustAbove = open === event.id;
    open = event.state === 'started' ? event.id : undefined;
    const name = shortenDigests(safeText(event.name)).replaceAll('\n', ' ');
    if (event.state === 'started') return line(name.startsWith('[internal]') ? dim(`▸ ${name}`) : `${bold('▸')} ${name}`);
    return startedJustAbove ? `  ${ending(event, '', dockerfile)}` : ending(event, `${name}  `, dockerfile);
  };
  return {
    build(event) {
      if (event.type === 'step') return step(event);
      open = undefined;
      if (event.type === 'output') return outputLines(event.text);
      if (event.type === 'sent') return line(dim(`  sent: ${megabytes(event.bytes)} that had changed`));
      if (event.type === 'context') return line(dim(`  context: ${event.files} files, ${megabytes(event.bytes)}`));
      return line(`${yellow('!')} ${safeText(event.message)}`);
    },
    stage: (message) => line(dim(`▪ ${message}`)),
    push(event) {
      if (layers.get(event.layer) === event.status) return '';
      layers.set(event.layer, event.status);
      return line(dim(`  ${safeText(event.layer)}  ${safeText(event.status)}`));
    },
  };
}

type StepEvent = Extract<BuildEvent, { type: 'step' }>;

/** How a step ended: its time, the cache, or the line of the Dockerfile and the error. */
function ending(event: StepEvent, what: string, dockerfile: string): string {
  if (event.state !== 'failed') {
    const how = event.state === 'cached' ? 'from the cache' : `${(event.seconds ?? 0).toFixed(1)} s`;
    return `${green('✓')} ${what}${dim(how)}\r\n`;
  }
  const at = event.line ? dim(`${dockerfile}:${event.line}`) : '';
  const why = event.error ? `  ${red(safeText(event.error).replace(/\r?\n/g, '\r\n  '))}\r\n` : '';
  return `${red('✗')} ${what}${at}\r\n${why}`;
}

function shortenDigests(text: string): string {
  return text.replace(/(sha256:[0-9a-f]{7})[0-9a-f]{57}/g, '$1…');
}

function outputLines(text: string): string {
  const lines = safeText(text).replace(/\n$/, '').split('\n');
  return lines.map((each) => `  ${dim('│')} ${each}\u001b[0m\r\n`).join('');
}
