import type { ImportedService, ImportNote } from '../../../protocol.ts';
import { baseName } from '../../text/uris.ts';

const headings: readonly { readonly kind: ImportNote['kind']; readonly title: string }[] = [
  { kind: 'todo', title: 'To look at' },
  { kind: 'lost', title: 'Did not carry over' },
  { kind: 'changed', title: 'Carried over in another form' },
  { kind: 'needless', title: 'No longer needed' },
];

/**
 * What became of a source, as Markdown that is as easily read as it is written: addresses stand at its end.
 * @param shown a manifest's path as people write it
 */
export function importReport(
  uri: string,
  services: readonly ImportedService[],
  notes: readonly ImportNote[],
  shown: (uri: string) => string,
): string {
  const made = services.map((service) => `[${shown(service.uri)}]`);
  const head = [
    `# Import of ${baseName(uri)}`,
    '',
    `${made.length === 1 ? 'One manifest' : `${made.length} manifests`}: ${made.join(', ')}.`,
    'Secrets are never copied: where a value looked like one, the manifest refers to it.',
  ];
  const whole = notes.length > 0 ? ['', '## The file as a whole', ...sections(notes)] : [];
  const parts = services.flatMap(({ name, notes: own }) => [
    '',
    `## ${name}`,
    ...(own.length === 0 ? ['', 'Everything carried over.'] : sections(own)),
  ]);
  const lines = [...notes, ...services.flatMap((service) => service.notes)].flatMap(({ line }) => line ?? []);
  const links = [
    ...services.map((service) => `[${shown(service.uri)}]: ${service.uri}`),
    ...[...new Set(lines)].sort((a, b) => a - b).map((line) => `[line ${line + 1}]: ${uri}#L${line + 1}`),
  ];
  return `${[...head, ...whole, ...parts, '', ...links].join('\n')}\n`;
}

function sections(notes: readonly ImportNote[]): readonly string[] {
  return headings.flatMap(({ kind, title }) => {
    const own = notes.filter((note) => note.kind === kind);
    return own.length === 0 ? [] : ['', `### ${title} (${own.length})`, '', ...own.flatMap(noteLines)];
  });
}

function noteLines({ what, why, advice, line }: ImportNote): readonly string[] {
  const place = line === undefined ? '' : ` ([line ${line + 1}])`;
  return [`- \`${oneLine(what)}\`${place}: ${oneLine(why)}`, ...(advice === '' ? [] : [`  - ${oneLine(advice)}`])];
}

function oneLine(text: string): string {
  // Typographic apostrophes are boxed as suspicious in untrusted folders.
  return text.replace(/\s*\n\s*/g, ' ').replaceAll('’', "'");
}
