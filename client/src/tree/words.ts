import type { Health } from '../ports.ts';
import type { Tone } from './node.ts';

/** `sha256:5e6f7a8…`: digests as people read them; the whole one is in tooltips and on copy. */
export function shortDigest(digest: string): string {
  return /^sha256:[0-9a-f]{64}$/.test(digest) ? `${digest.slice(0, 14)}…` : digest;
}

/** `main-eb3aa955`: a tag without the moment at its end, as rows show it; the whole one is in tooltips and on copy. */
export function shortTag(tag: string): string {
  return tag.replace(/[-_.](?:\d{14}|\d{12}|\d{8}[-T]?\d{6}Z?)$/, '');
}

/** `now`, `12 min ago`, `4 h ago`, then the date; `undefined` for text that is no time. */
export function timeAgo(time: string | undefined, now: Date): string | undefined {
  const then = time === undefined ? Number.NaN : Date.parse(time);
  if (Number.isNaN(then)) return undefined;
  const minutes = Math.floor((now.getTime() - then) / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return new Date(then).toISOString().slice(0, 10);
}

/** `4 h`: how long something has lasted. */
export function lasting(since: string | undefined, now: Date): string | undefined {
  const then = since === undefined ? Number.NaN : Date.parse(since);
  if (Number.isNaN(then)) return undefined;
  const minutes = Math.max(0, Math.floor((now.getTime() - then) / 60_000));
  if (minutes < 1) return 'just started';
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / (24 * 60))} d`;
}

interface Look {
  readonly icon: string;
  readonly tone: Tone;
  readonly mark: string;
}

const looks: Readonly<Record<Health, Look>> = {
  Healthy: { icon: 'pass', tone: 'good', mark: '✓' },
  Progressing: { icon: 'sync', tone: 'busy', mark: '●' },
  Degraded: { icon: 'error', tone: 'bad', mark: '✗' },
  Suspended: { icon: 'debug-pause', tone: 'quiet', mark: '‖' },
  Missing: { icon: 'circle-outline', tone: 'quiet', mark: '–' },
  Unknown: { icon: 'question', tone: 'attention', mark: '?' },
};

/** How a state of health looks and the one-character mark that stands for it in a line of text. */
export function healthLook(health: Health): Look {
  return looks[health];
}

/** Joins what is there with a middle dot. */
export function dotted(...parts: readonly (string | undefined | false)[]): string {
  return parts.filter((part) => part !== undefined && part !== false && part !== '').join(' · ');
}

/** `1 service`, `3 services`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `3.1 MB`. */
export function megabytes(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}
