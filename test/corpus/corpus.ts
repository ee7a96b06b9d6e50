/**
 * The corpus: Dockerfiles as people write them, good, dated and bad, made from the templates in `families/`. Each template has choices,
 * `⟦one¦another⟧`; a variant takes one of each. A tenth of the files is written with CRLF, a byte order mark or without a last line break.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { numbers } from './mutations.ts';

export interface CorpusFile {
  /** `family/template/variant`. */
  readonly name: string;
  readonly text: string;
}

const folder = join(import.meta.dirname, 'families');
const mostVariants = 6;

/** All files, in the same order with the same texts in every run. */
export function dockerfiles(): readonly CorpusFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap((name) => family(name.replace('.txt', ''), readFileSync(join(folder, name), 'utf8')));
}

function family(family: string, source: string): CorpusFile[] {
  return source.split(/^=== /m).flatMap((section) => {
    const end = section.indexOf('\n');
    return end < 0 ? [] : variants(`${family}/${section.slice(0, end)}`, section.slice(end + 1));
  });
}

function variants(name: string, template: string): CorpusFile[] {
  const choices = [...template.matchAll(/⟦([^⟧]*)⟧/g)].map(([, inner = '']) => inner.split('¦').length);
  const count = Math.max(mostVariants, ...choices);
  const texts = new Set(Array.from({ length: count }, (_, variant) => filled(template, variant)));
  return [...texts].map((text, variant) => ({ name: `${name}/${variant}`, text: written(text, `${name}/${variant}`) }));
}

/** The first choice takes its options in turn, the others at random, so that each option of each comes up. */
function filled(template: string, variant: number): string {
  const random = numbers(variant + 1);
  let first = true;
  return template.replace(/⟦([^⟧]*)⟧/g, (_, inner: string) => {
    const options = inner.split('¦');
    const at = first ? variant % options.length : random(options.length);
    first = false;
    return options[at] ?? '';
  });
}

/** The same lines as other editors save them. */
function written(text: string, name: string): string {
  const kind = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 7) % 30;
  if (kind === 0) return text.replaceAll('\n', '\r\n');
  if (kind === 1) return `\uFEFF${text}`;
  return kind === 2 ? text.trimEnd() : text;
}
