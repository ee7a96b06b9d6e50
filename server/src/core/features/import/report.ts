import type { ImportedService, ImportNote } from '../../../protocol.ts';
import { baseName } from '../../text/uris.ts';

const headings: readonly { readonly kind: ImportNote['kind']; readonly title: string }[] = [
  { kind: 'lost', title: 'Did not carry over' },
  { kind: 'changed', title: 'Carried over in another form' },
  { kind: 'todo', title: 'To look at' },
  { kind: 'needless', title: 'No longer needed' },
];

/** What became of a source, as Markdown. @param shown a manifest's path as people write it */
export function importReport(
  uri: string,
  services: readonly ImportedService[],
  notes: readonly ImportNote[],
  shown: (uri: string) => string,
): string {
  const made = services.map(({ name, uri: target }) => `[${name}](${target})`);
  const head = [
    `# Import of ${baseName(uri)}`,
    '',
    services.length === 1 ? `One manifest: ${made[0] ?? ''}.` : `${services.length} manifests: ${made.join(', ')}.`,
    'Secrets are never copied: where a value looked like one, the manifest refers to it.',
  ];
  const whole = notes.length > 0 ? ['', '## The file as a whole', ...sections(uri, notes)] : [];
  const parts = services.flatMap(({ name, uri: target, notes: own }) => [
    '',
    `## ${name}`,
    '',
    `[${shown(target)}](${target})${own.length === 0 ? ': everything carried over.' : ''}`,
    ...sections(uri, own),
  ]);
  return `${[...head, ...whole, ...parts].join('\n')}\n`;
}

function sections(uri: string, notes: readonly ImportNote[]): readonly string[] {
  return headings.flatMap(({ kind, title }) => {
    const own = notes.filter((note) => note.kind === kind);
    if (own.length === 0) return [];
    const head = kind === 'needless' ? ['| What | Why |', '| --- | --- |'] : ['| What | Why | What to do |', '| --- | --- | --- |'];
    return ['', `### ${title} (${own.length})`, '', ...head, ...own.map((note) => row(uri, note))];
  });
}

function row(uri: string, { kind, what, why, advice, line }: ImportNote): string {
  const place = line === undefined ? '' : ` ([line ${line + 1}](${uri}#L${line + 1}))`;
  const rest = kind === 'needless' ? '' : ` ${cell(advice)} |`;
  return `| \`${cell(what)}\`${place} | ${cell(why)} |${rest}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
}
