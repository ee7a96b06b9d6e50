import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { beginnings } from './calendar.ts';
import type { Gate } from './gate.ts';

/** What the windows of an environment have against a deployment now: deny wins; where any allows, one of those must be open. */
export function windowGates(environment: EnvironmentSummary, now: Date): readonly Gate[] {
  const { gates, windows } = environment.protected;
  if (!gates.includes('windows')) return [];
  if (!windows) {
    const message = `the windows of \`${environment.name}\` cannot be read`;
    return [{ gate: 'windows', message, remedy: 'correct `protected.windows`' }];
  }
  const judged = windows.map((window) => ({ window, open: beginnings(window, now) }));
  const unclear = judged.filter(({ open }) => open === undefined);
  if (unclear.length > 0) {
    const names = unclear.map(({ window }) => `\`${window.name}\``).join(', ');
    const message = `when ${names} begins depends on a date that the window does not say`;
    return [
      { gate: 'windows', message, remedy: 'write it without `INTERVAL`, `COUNT` and `UNTIL`, with the day and the hour, or as `cron`' },
    ];
  }
  const denied = judged.find(({ window, open }) => window.kind === 'deny' && (open?.length ?? 0) > 0);
  if (denied) {
    const end = Math.max(...(denied.open ?? []).map((time) => time.getTime())) + denied.window.duration * 1000;
    const until = localTime(new Date(end), denied.window.timezone);
    return [
      {
        gate: 'windows',
        message: `\`${denied.window.name}\` keeps \`${environment.name}\` closed until ${until}`,
        remedy: `wait until ${until}`,
      },
    ];
  }
  const allowing = judged.filter(({ window }) => window.kind === 'allow');
  if (allowing.length === 0 || allowing.some(({ open }) => (open?.length ?? 0) > 0)) return [];
  const names = allowing.map(({ window }) => `\`${window.name}\` (${window.rrule ?? window.cron})`).join(' or ');
  return [
    { gate: 'windows', message: `\`${environment.name}\` is open only in ${names}`, remedy: 'wait until one of these windows is open' },
  ];
}

/** `Sat 28 Nov 2026, 00:00 Asia/Shanghai`. */
function localTime(date: Date, timezone = 'UTC'): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hourCycle: 'h23',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  return `${format.format(date)} ${timezone}`;
}
