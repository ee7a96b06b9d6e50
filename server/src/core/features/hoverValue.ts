import type { ManifestContext } from '../rules/manifestContext.ts';
import { durationSeconds, memoryBytes } from '../service/amounts.ts';
import { baseName } from '../text/uris.ts';
import type { YamlCursor } from '../yaml/cursor.ts';
import type { JsonSchema } from '../yaml/schema.ts';
import { textAt, valueAt } from '../yaml/tree.ts';
import { describeImage } from './describeImage.ts';
import { lineLink } from './hoverEffective.ts';
import { recurrenceInWords, type Schedules, secondsInWords } from './schedules.ts';

/** What a value stands for: a schedule in words, a window, an image with its digest, an amount in other units. */
export function valueInWords(
  context: ManifestContext,
  schema: JsonSchema | undefined,
  cursor: YamlCursor,
  schedules: Schedules | undefined,
): string | undefined {
  const text = cursor.on === 'value' ? textAt(cursor.node) : undefined;
  if (text === undefined) return undefined;
  const format = schema?.['x-format'];
  if (format === 'cron') return schedule(context, cursor, text, schedules);
  if (format === 'rrule') return recurrence(context, cursor, text);
  if (schema?.['x-values'] === 'baseImages' || schema?.['x-values'] === 'osImages' || schema?.['x-values'] === 'images')
    return image(context, text);
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return digest(context, text);
  return amount(text);
}

/** The map that a value is in. */
function beside({ yaml }: ManifestContext, { path }: YamlCursor, key: string): string | undefined {
  return textAt(valueAt(yaml.root, ...path.slice(0, -1), key));
}

function schedule(context: ManifestContext, cursor: YamlCursor, text: string, schedules: Schedules | undefined): string | undefined {
  const timezone = beside(context, cursor, 'timezone');
  const found = schedules?.inWords(text, timezone);
  if (!found) return undefined;
  return [`${found.words} (${timezone ?? 'UTC'}).`, '', 'Next:', ...found.next.map((time) => `- ${time}`)].join('\n');
}

function recurrence(context: ManifestContext, cursor: YamlCursor, text: string): string | undefined {
  const words = recurrenceInWords(text);
  if (!words) return undefined;
  const seconds = durationSeconds(beside(context, cursor, 'duration') ?? '');
  const kind = beside(context, cursor, 'kind');
  const lead = kind === 'deny' ? 'Closed' : kind === 'allow' ? 'Open' : 'A window';
  const timezone = beside(context, cursor, 'timezone');
  return `${lead} ${words}${seconds ? ` for ${secondsInWords(seconds)}` : ''} (${timezone ?? 'UTC'}).`;
}

function image({ standards, workspace }: ManifestContext, name: string): string | undefined {
  const found = standards?.images.find((candidate) => candidate.name === name);
  if (!found) return undefined;
  const { current, repository, location } = found;
  const place = lineLink(location.uri, location.range.start.line, baseName(location.uri));
  const resolved = current?.digest ? `Resolves to \`${repository}@${current.digest.slice(0, 19)}…\` (${place}).` : `Defined in ${place}.`;
  return [resolved, describeImage(standards, found, workspace.today)].join('\n\n');
}

/** Which image of the catalogue a digest is, and whether it may still be used. */
function digest({ standards }: ManifestContext, text: string): string | undefined {
  for (const { name, repository, current, previous, location } of standards?.images ?? []) {
    const tag = [...(current ? [current] : []), ...previous].find((candidate) => candidate.digest === text);
    if (!tag) continue;
    const state = tag === current ? 'the current' : 'an earlier';
    const revoked = tag.revokedFor ? ` **Revoked for ${tag.revokedFor}.**` : '';
    return `\`${repository}:${tag.tag}\`, ${state} image of \`${name}\` (${lineLink(location.uri, location.range.start.line, baseName(location.uri))}).${revoked}`;
  }
  return undefined;
}

function amount(text: string): string | undefined {
  const seconds = /^\d/.test(text) ? durationSeconds(text) : undefined;
  if (seconds !== undefined)
    return secondsInWords(seconds).replace(' min', 'm').replaceAll(' ', '') === text ? undefined : `= ${secondsInWords(seconds)}`;
  const bytes = /^\d+(?:\.\d+)?[KMGTPE]i?$/.test(text) ? memoryBytes(text) : undefined;
  return bytes === undefined ? undefined : `= ${bytes.toLocaleString('en')} bytes`;
}
