import type { CatalogueModel, ComponentSummary, ImageSummary, ImageVersion, WorkspaceModel } from '../../../server/src/protocol.ts';
import type { Badge, Tone, TreeNode } from './node.ts';
import { counted, dotted } from './words.ts';

export interface BaseImagesInput {
  readonly model: WorkspaceModel;
  readonly now: Date;
  /** Only what is deprecated, has ended, or stands on such. */
  readonly onlyAgeing?: boolean;
}

/** The view Base Images: OS images with the base images on them, base images with their parts and services, builder images, components. */
export function baseImagesTree({ onlyAgeing, ...input }: BaseImagesInput): readonly TreeNode[] {
  const all = wholeTree(input);
  if (!onlyAgeing || all.length === 0) return all;
  const ageing = all.flatMap((node) => ageingPart(node) ?? []);
  return ageing.length > 0 ? ageing : [allFine];
}

const allFine: TreeNode = {
  id: 'all-fine',
  label: 'Nothing is deprecated, and nothing has ended',
  icon: 'check',
  tone: 'good',
  context: [],
  children: [],
};

/** A row that says that something is deprecated or has ended, with all below it; a row above such, with these alone. */
function ageingPart(node: TreeNode): TreeNode | undefined {
  if (node.tone === 'bad' || node.tone === 'attention') return { ...node, expanded: true };
  const children = node.children.flatMap((child) => ageingPart(child) ?? []);
  return children.length > 0 ? { ...node, children, expanded: true } : undefined;
}

function wholeTree({ model, now }: BaseImagesInput): readonly TreeNode[] {
  const { catalogue } = model;
  if (!catalogue) return [];
  const view: View = { model, catalogue, today: now.toISOString().slice(0, 10) };
  const of = (layer: ImageSummary['layer']) => catalogue.images.filter((image) => image.layer === layer);
  return [
    section(
      'os',
      'OS images',
      'layers',
      true,
      of('os').map((image) => osNode(image, view)),
    ),
    section(
      'base',
      'Base images',
      'layers-active',
      true,
      of('base').map((image) => imageNode('base', image, view)),
    ),
    section(
      'builder',
      'Builder images',
      'tools',
      false,
      of('builder').map((image) => imageNode('builder', image, view)),
    ),
    section(
      'components',
      'Components',
      'extensions',
      false,
      catalogue.components.map((component) => componentNode(component, view)),
    ),
  ].filter((node) => node.children.length > 0);
}

interface View {
  readonly model: WorkspaceModel;
  readonly catalogue: CatalogueModel;
  /** ISO date. */
  readonly today: string;
}

function section(id: string, label: string, icon: string, expanded: boolean, children: readonly TreeNode[]): TreeNode {
  const count = (flag: string) => children.filter((child) => child.context.includes(flag)).length;
  const worst = dotted(count('ended') > 0 && `${count('ended')} ended`, count('deprecated') > 0 && `${count('deprecated')} deprecated`);
  return {
    id: `section:${id}`,
    label,
    description: dotted(String(children.length), worst),
    icon,
    context: ['section'],
    expanded,
    children,
  };
}

function osNode(image: ImageSummary, view: View): TreeNode {
  const above = view.catalogue.images.filter(
    (candidate) => candidate.layer === 'base' && candidate.os === image.name && candidate.standards === image.standards,
  );
  const node = imageNode('os', image, view);
  return {
    ...node,
    description: dotted(
      image.ended ? undefined : image.tag,
      image.ended ? `ended ${image.eol}` : lifeOf(image, view.today),
      (image.ended || image.deprecated) && `${counted(above.length, 'base image')} ${above.length === 1 ? 'stands' : 'stand'} on it`,
    ),
    children: above.map((base) => imageNode(node.id, base, view)),
  };
}

function imageNode(parent: string, image: ImageSummary, view: View): TreeNode {
  const id = `${parent}:image:${image.id}`;
  const services = image.layer === 'builder' ? undefined : counted(image.services.length, 'service');
  const old = image.components.filter((component) => component.ended);
  const os = view.catalogue.images.find((candidate) => candidate.name === image.os && candidate.standards === image.standards);
  const onEnded = os?.ended === true;
  return {
    id,
    label: image.name,
    description: dotted(
      image.tag,
      lifeOf(image, view.today),
      services,
      onEnded && `on ${os.name}, which ended`,
      old.length > 0 && `${old.map(({ name, version }) => `${name} ${version}`).join(', ')} ended`,
    ),
    ...look(image, onEnded || old.length > 0),
    tooltip: () => imageTooltip(image, view),
    context: [
      'image',
      image.layer,
      ...(image.ended ? ['ended'] : []),
      ...(image.deprecated && !image.ended ? ['deprecated'] : []),
      ...(image.dockerfileUri ? ['source'] : []),
      ...(image.uses.length > 0 ? ['used'] : []),
      ...(image.layer === 'base' && image.previous.length > 0 && image.rebase !== 'never' ? ['rebasable'] : []),
    ],
    subject: { image: image.id },
    children: [
      ...image.components.map((component) => partNode(id, image, component, view)),
      ...[...image.services].sort().map((service) => standingNode(id, service)),
    ],
    open: 'waybill.image.open',
  };
}

/** `until 2029-06-30`, `ended 2026-03-31`, `deprecated, removal in 38 days`. */
function lifeOf(image: ImageSummary, today: string): string {
  const { deprecated, eol } = image;
  return dotted(eol && `${image.ended ? 'ended' : 'until'} ${eol}`, deprecated && `deprecated${removalOf(deprecated.removal, today)}`);
}

function removalOf(removal: string | undefined, today: string): string {
  if (removal === undefined) return '';
  const days = Math.round((Date.parse(removal) - Date.parse(today)) / 86_400_000);
  if (Number.isNaN(days)) return '';
  if (days <= 0) return `, removed ${removal}`;
  return days <= 90 ? `, removal in ${counted(days, 'day')}` : `, removal ${removal}`;
}

const icons = { os: 'layers', base: 'layers-active', builder: 'tools' } as const;

function look(image: ImageSummary, oldBelow: boolean): { readonly icon: string; readonly tone?: Tone; readonly badge?: Badge } {
  if (image.ended) return { icon: 'error', tone: 'bad', badge: 'ended' };
  if (image.deprecated) return { icon: 'warning', tone: 'attention', badge: 'deprecated' };
  if (oldBelow) return { icon: 'warning', tone: 'attention' };
  return { icon: icons[image.layer] };
}

function partNode(parent: string, image: ImageSummary, part: ImageVersion, view: View): TreeNode {
  const known = view.catalogue.components.find((candidate) => candidate.name === part.name && candidate.standards === image.standards);
  return {
    id: `${parent}:part:${part.name}`,
    label: part.version ? `${part.name} ${part.version}` : part.name,
    ...described(dotted(endOf(part), part.deprecated && 'deprecated')),
    ...versionLook(part, 'extensions'),
    context: ['part'],
    ...(known ? { subject: { component: known.id }, open: 'waybill.image.open' } : {}),
    children: [],
  };
}

function standingNode(parent: string, service: string): TreeNode {
  return {
    id: `${parent}:service:${service}`,
    label: service.slice(service.indexOf('/') + 1),
    description: service.slice(0, service.indexOf('/')),
    icon: 'package',
    context: ['service'],
    subject: { service },
    children: [],
    open: 'waybill.manifest.open',
  };
}

function componentNode(component: ComponentSummary, view: View): TreeNode {
  const id = `component:${component.id}`;
  const used = component.versions.filter((version) => version.images.length > 0);
  const ended = used.filter((version) => version.ended);
  return {
    id,
    label: component.name,
    description: dotted(component.title, ended.length > 0 && `${ended.map(({ version }) => version).join(', ')} ended and in use`),
    ...(ended.length > 0 ? { icon: 'warning', tone: 'attention' } : { icon: 'extensions' }),
    context: ['component'],
    subject: { component: component.id },
    children: component.versions.map((version) => versionNode(id, component, version, view)),
    open: 'waybill.image.open',
  };
}

function versionNode(parent: string, component: ComponentSummary, version: ComponentSummary['versions'][number], view: View): TreeNode {
  const id = `${parent}:${version.version}`;
  const holders = view.catalogue.images.filter((image) => version.images.includes(image.id));
  const { deprecated } = version;
  return {
    id,
    label: version.version,
    description: dotted(
      endOf(version),
      version.default && 'default',
      deprecated && (deprecated.replacedBy ? `deprecated, use ${deprecated.replacedBy}` : 'deprecated'),
      holders.length > 0 && `in ${holders.map((image) => image.name).join(', ')}`,
    ),
    ...versionLook({ ended: version.ended, deprecated: deprecated !== undefined }, 'tag'),
    context: ['version'],
    subject: { component: component.id },
    children: [],
    open: 'waybill.image.open',
  };
}

function endOf({ eol, ended }: { readonly eol?: string; readonly ended: boolean }): string | undefined {
  return eol && `${ended ? 'ended' : 'until'} ${eol}`;
}

function versionLook(
  version: { readonly ended: boolean; readonly deprecated: boolean },
  icon: string,
): Pick<TreeNode, 'icon' | 'tone' | 'badge'> {
  if (version.ended) return { icon: 'error', tone: 'bad', badge: 'ended' };
  return version.deprecated ? { icon: 'warning', tone: 'attention', badge: 'deprecated' } : { icon };
}

function described(text: string): Pick<TreeNode, 'description'> {
  return text === '' ? {} : { description: text };
}

function imageTooltip(image: ImageSummary, view: View): string {
  const { deprecated } = image;
  const life = lifeOf(image, view.today);
  return [
    image.reference.replace(/@.*/, ''),
    image.digest ?? '',
    image.os ? `stands on ${image.os}` : '',
    life,
    deprecated?.reason ?? '',
    deprecated?.replacedBy ? `replaced by ${deprecated.replacedBy}` : '',
    `named in ${counted(image.uses.length, 'place')}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}
