import { currentReference, osOf, userOf } from '../dockerfile/catalogue.ts';
import { lifecycleOf } from '../dockerfile/lifecycle.ts';
import type { CatalogueImage, Standards } from '../standards/model.ts';

const layers = { os: 'OS image', base: 'base image', builder: 'builder image' } as const;

/** What the catalogue knows of an image, as Markdown: layer, OS, components with ends of life, what it hands down. */
export function describeImage(standards: Standards | undefined, image: CatalogueImage, today: string): string {
  return [
    `**${image.name}** — ${layers[image.layer]} of the standards \`${standards?.name ?? ''}\``,
    deprecation(image),
    currentLine(image),
    lifecycle(standards, image, today),
    inherited(image),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function deprecation({ deprecated }: CatalogueImage): string {
  if (!deprecated) return '';
  const { since, removal, replacedBy, reason } = deprecated;
  const facts = [since && `since ${since}`, removal && `withdrawn on ${removal}`, replacedBy && `use \`${replacedBy}\``].filter(Boolean);
  return `⚠ Deprecated${facts.length > 0 ? ` (${facts.join(', ')})` : ''}${reason ? `: ${reason}` : ''}`;
}

function currentLine(image: CatalogueImage): string {
  return image.current ? `Current: \`${currentReference(image).replace(/@.*$/, '')}\`` : '';
}

function lifecycle(standards: Standards | undefined, image: CatalogueImage, today: string): string {
  const os = osOf(standards, image);
  const rows = lifecycleOf(standards, image).map(({ what, kind, eol }) => {
    const system = kind === 'os' && os?.version ? `${what} ${os.version}` : what;
    return `| ${kind === 'component' ? 'Component' : 'OS'} | ${system} | ${endOfLife(eol, today)} |`;
  });
  const listed = new Set(standards?.components.map(({ name }) => name));
  const others = image.components
    .filter(({ name }) => !listed.has(name))
    .map(({ name, version }) => `| Component | \`${name}\` ${version ?? ''} | not in the catalogue |`);
  if (rows.length + others.length === 0) return '';
  return ['| | | End of life |', '| --- | --- | --- |', ...rows, ...others].join('\n');
}

function endOfLife(eol: string | null | undefined, today: string): string {
  if (eol === undefined) return 'not known';
  if (eol === null) return 'none announced';
  return eol < today ? `**${eol}, past**` : eol;
}

function inherited(image: CatalogueImage): string {
  const user = userOf(image);
  const { workdir, env = {}, ports = [] } = image.config ?? {};
  const lines = [
    ...(user === undefined ? [] : [`USER ${user}`]),
    ...(workdir === undefined ? [] : [`WORKDIR ${workdir}`]),
    ...Object.entries(env).map(([name, value]) => `ENV ${name}=${value}`),
    ...(ports.length > 0 ? [`EXPOSE ${ports.join(' ')}`] : []),
  ];
  return lines.length === 0 ? '' : ['It hands down:', '```dockerfile', ...lines, '```'].join('\n');
}
