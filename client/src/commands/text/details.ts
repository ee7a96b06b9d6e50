import type { Details } from '../../ports.ts';
import { safeText } from './ansi.ts';

/** Facts under headings, as plain text: what clusters say is never read as Markdown (S18). */
export function detailsText({ title, sections }: Details): string {
  const shown = sections.filter(({ lines }) => lines.length > 0);
  return [safeText(title), '', ...shown.flatMap(({ heading, lines }) => [heading, ...lines.map((line) => `  ${safeText(line)}`), ''])].join(
    '\n',
  );
}
