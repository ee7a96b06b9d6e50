import type { Location, Position, Range } from '../../protocol.ts';
import type { Dockerfile } from '../dockerfile/model.ts';
import { imageBuiltBy, imageUses, type ParseFile, servicesOn } from './imageUses.ts';
import { dockerfileContext } from './lint.ts';
import type { Workspace } from './workspace.ts';

/** A line above a line: only a title, or the way to some places. */
export interface Lens {
  readonly range: Range;
  readonly title: string;
  readonly places?: { readonly position: Position; readonly locations: readonly Location[] };
}

const names = { os: 'OS image', base: 'Base image', app: 'Application' } as const;

/** The layer of the file above its last FROM; of a catalogue image's own Dockerfile, who builds on it. */
export function dockerfileLenses(file: Dockerfile, workspace: Workspace, parse: ParseFile): readonly Lens[] {
  const context = dockerfileContext(file, workspace);
  const stage = context.target ?? file.stages.at(-1);
  if (!stage || !context.layer) return [];
  const range = file.index.range(stage.from.start, stage.from.keyword.end);
  const image = imageBuiltBy(workspace, file.uri);
  const layer: Lens = { range, title: image ? `${names[context.layer]} ${image.name}` : names[context.layer] };
  if (!image) return [layer];
  const uses = imageUses(workspace, parse, image);
  const services = servicesOn(workspace, parse, image);
  const position = range.start;
  return [
    layer,
    {
      range,
      title: counted(services.length, 'service stands', 'services stand'),
      places: { position, locations: services.map(({ uri, nameRange }) => ({ uri, range: nameRange })) },
    },
    { range, title: `used in ${uses.length} ${uses.length === 1 ? 'place' : 'places'}`, places: { position, locations: uses } },
  ];
}

function counted(count: number, one: string, many: string): string {
  return `${count === 0 ? 'no' : count} ${count === 1 ? one : many} on it`;
}
