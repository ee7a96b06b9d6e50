import { fail } from '../errors.ts';

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** ISO time from `10m`, `2h30m`, `1d` before `now`, or from a time that is one already. Throws `usage`. */
export function sinceTime(text: string, now: Date): string {
  if (/^(\d+[smhd])+$/.test(text)) {
    const seconds = [...text.matchAll(/(\d+)([smhd])/g)].reduce(
      (sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? 's'] ?? 1),
      0,
    );
    return new Date(now.getTime() - seconds * 1000).toISOString();
  }
  const time = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(time.getTime())) return time.toISOString();
  throw fail('usage', `\`${text}\` is neither a duration nor a time.`, 'Write `10m`, `2h30m`, `1d`, or `2026-11-23T08:15:00Z`.');
}

/** A number of lines. Throws `usage`. */
export function lineCount(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw fail('usage', `\`${text}\` is not a number of lines.`, 'Write `--tail 100`.');
}
