/** Schedules read by well-kept libraries; loaded after the start, because hovers alone need it. */
import { CronExpressionParser } from 'cron-parser';
import cronstrue from 'cronstrue';
import type { ScheduleInWords, Schedules } from '../core/features/schedules.ts';

/** Names that Kubernetes takes for schedules. */
const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const times = 3;

/** @param now the clock */
export function schedules(now: () => Date): Schedules {
  return {
    inWords(cron, timezone = 'UTC'): ScheduleInWords | undefined {
      try {
        const text = macros[cron] ?? cron;
        const dates = CronExpressionParser.parse(text, { currentDate: now(), tz: timezone }).take(times);
        const words = cronstrue.toString(text, { use24HourTimeFormat: true, throwExceptionOnParseError: true });
        const format = new Intl.DateTimeFormat('en-GB', {
          timeZone: timezone,
          ...{ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
        });
        return { words, next: dates.map((date) => format.format(date.toDate())) };
      } catch {
        // What is no schedule is a finding, not a hover.
        return undefined;
      }
    },
  };
}
