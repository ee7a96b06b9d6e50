import type { History, HistoryEntry, HistoryFilter } from '../../delivery/history.ts';
import { statisticsOf } from '../../delivery/statistics.ts';
import { duration } from '../../delivery/units.ts';
import { fail } from '../../errors.ts';

const units: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };
/** More rows help nobody in a document; the command line lists all. */
const shownRows = 500;

/** `service:order-api environment:prod by:jane since:7d outcome:Failed`. Throws `usage` with what is not known. */
export function filterOf(text: string, now: Date): HistoryFilter {
  const filter: Record<string, string> = {};
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const [, name = '', value = ''] = /^(\w+):(.+)$/.exec(word) ?? [];
    if (!['service', 'environment', 'product', 'by', 'since', 'outcome'].includes(name)) {
      throw fail('usage', `\`${word}\` is no filter.`, 'There are `service:`, `environment:`, `product:`, `by:`, `since:` and `outcome:`.');
    }
    filter[name] = name === 'since' ? sinceOf(value, now) : name === 'outcome' ? outcomeOf(value) : value;
  }
  return filter;
}

const outcomes = ['Succeeded', 'Failed', 'Errored', 'Aborted', 'Pending'];

function outcomeOf(text: string): string {
  const found = outcomes.find((outcome) => outcome.toLowerCase() === text.toLowerCase());
  if (found) return found;
  throw fail('usage', `\`${text}\` is no outcome.`, `There are ${outcomes.join(', ')}.`);
}

function sinceOf(text: string, now: Date): string {
  const [, amount, unit = ''] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  if (amount !== undefined) return new Date(now.getTime() - Number(amount) * (units[unit] ?? 0) * 1000).toISOString();
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw fail('usage', `\`${text}\` is neither a duration nor a time.`, 'Write `since:7d` or `since:2026-11-23`.');
}

/** The history as Markdown: statistics, then the newest entries. */
export function historyText({ entries, gaps }: History, now: Date): string {
  return [
    '# History',
    '',
    ...gaps.map((gap) => `> ${escaped(gap)}\n`),
    ...(entries.length === 0 ? ['Nothing was deployed that fits the filter.', ''] : tables(entries, now)),
  ].join('\n');
}

function tables(entries: History['entries'], now: Date): readonly string[] {
  const rows = entries.slice(0, shownRows);
  return [
    '| product | environment | deployments | a week | duration | failed | time to recover | failed last |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |',
    ...statisticsOf(entries, now).map((one) => {
      const time = (seconds: number | undefined) => (seconds === undefined ? '–' : duration(seconds));
      const failed = `${(one.failureRate * 100).toFixed(1)} %`;
      return `| ${[one.product, one.environment, one.deployments, one.perWeek.toFixed(1), time(one.seconds), failed, time(one.recovery), one.broken.join(', ')].join(' | ')} |`;
    }),
    '',
    '| when (UTC) | service | environment | what | release | by | outcome | |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(rowOf),
    ...(entries.length > rows.length
      ? ['', `${entries.length - rows.length} older ones are not shown: narrow the filter, or use \`waybill history\`.`]
      : []),
    '',
  ];
}

function rowOf({
  at,
  service,
  environment,
  operation,
  rollback,
  alias,
  release,
  by,
  result,
  seconds,
  reason,
  message,
  verified,
}: HistoryEntry): string {
  const notes = [
    verified ? 'verified' : '',
    seconds === undefined ? '' : duration(seconds),
    reason ?? '',
    result === 'Succeeded' ? '' : (message ?? ''),
  ];
  const cells = [
    at.slice(0, 19).replace('T', ' '),
    service.split('/')[1] ?? service,
    environment,
    operation ?? (rollback ? 'rolled back' : 'deployed'),
    `${alias} (${release})`,
    by,
    result === 'Succeeded' ? result : `**${result}**`,
    notes.filter(Boolean).join('; '),
  ];
  return `| ${cells.map(escaped).join(' | ')} |`;
}

/** Texts of others are shown as they are, never as Markdown (S18). */
function escaped(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\|<>`[\]&]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
