import type { BuildEvent, PushEvent } from '../../ports.ts';
import { bold, dim, green, red, safeText, yellow } from './ansi.ts';

/** What is written to the build terminal for one event; empty when the event shows nothing new. Lines end in `\r\n`. */
export interface BuildLog {
  build(event: BuildEvent): string;
  push(event: PushEvent): string;
  stage(message: string): string;
}

/** The text of a build terminal: steps as they begin and end, their output behind a rule, and links `Dockerfile:12` to failing lines. */
export function buildLog(dockerfile: string): BuildLog {
  const names = new Map<string, string>();
  const layers = new Map<string, string>();
  const line = (text: string) => `${text}\r\n`;
  const step = (event: Extract<BuildEvent, { type: 'step' }>): string => {
    names.set(event.id, event.name);
    const name = safeText(event.name).replaceAll('\n', ' ');
    const at = event.line ? dim(`  ${dockerfile}:${event.line}`) : '';
    const seconds = event.seconds === undefined ? '' : dim(`  ${event.seconds.toFixed(1)} s`);
    switch (event.state) {
      case 'started':
        return line(`${bold('▸')} ${name}`);
      case 'cached':
        return line(`${green('✓')} ${name}  ${dim('from the cache')}`);
      case 'done':
        return line(`${green('✓')} ${name}${seconds}`);
      case 'failed':
        return line(`${red('✗')} ${name}${at}`) + (event.error ? line(`  ${red(safeText(event.error).replace(/\r?\n/g, '\r\n  '))}`) : '');
    }
  };
  return {
    build(event) {
      switch (event.type) {
        case 'step':
          return step(event);
        case 'output':
          return outputLines(event.text);
        case 'context':
          return line(dim(`  context: ${event.files} files, ${megabytes(event.bytes)}`));
        case 'warning':
          return line(`${yellow('!')} ${safeText(event.message)}`);
      }
    },
    stage: (message) => line(dim(`▪ ${message}`)),
    push(event) {
      if (layers.get(event.layer) === event.status) return '';
      layers.set(event.layer, event.status);
      return line(dim(`  ${safeText(event.layer)}  ${safeText(event.status)}`));
    },
  };
}

function outputLines(text: string): string {
  const lines = safeText(text).replace(/\n$/, '').split('\n');
  return lines.map((each) => `  ${dim('│')} ${each}\u001b[0m\r\n`).join('');
}

/** `3.1 MB`. */
export function megabytes(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}
