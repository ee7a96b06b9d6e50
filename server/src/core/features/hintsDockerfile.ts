import type { Position, Range } from '../../protocol.ts';
import { osOf, userOf } from '../dockerfile/catalogue.ts';
import type { EffectiveState } from '../dockerfile/effective.ts';
import type { Dockerfile, Stage } from '../dockerfile/model.ts';
import type { DockerfileContext } from '../rules/context.ts';
import { comparePositions } from '../text/edits.ts';
import { optional } from '../text/optional.ts';
import { dockerfileContext } from './lint.ts';
import type { Workspace } from './workspace.ts';

/** A word that an editor shows behind the text, without it being there. */
export interface InlayHint {
  readonly position: Position;
  readonly label: string;
  /** Markdown. */
  readonly tooltip: string;
}

/** Which hints are shown; each is a setting `waybill.inlayHints.<name>`. */
export interface HintSettings {
  readonly user: boolean;
  readonly workdir: boolean;
  readonly arguments: boolean;
  readonly layer: boolean;
}

export const allHints: HintSettings = { user: true, workdir: true, arguments: true, layer: true };

/** What a FROM brings along: the resolved image, its layer and OS, the user and folder that the stage starts with. */
export function dockerfileHints(
  file: Dockerfile,
  workspace: Workspace,
  range: Range,
  settings: HintSettings = allHints,
): readonly InlayHint[] {
  const context = dockerfileContext(file, workspace);
  return file.stages
    .flatMap((stage) => stageHints(context, stage, settings))
    .filter(({ position }) => comparePositions(range.start, position) <= 0 && comparePositions(position, range.end) <= 0);
}

function stageHints(context: DockerfileContext, stage: Stage, settings: HintSettings): InlayHint[] {
  const { file, states } = context;
  const { image, headEnd } = stage.from;
  if (!image) return [];
  const parent = stage.parent && states[stage.parent.index];
  const state = states[stage.index];
  const position = file.index.positionAt(headEnd);
  const hints: InlayHint[] = [];
  if (settings.arguments && image.resolved !== undefined && image.resolved !== image.text) {
    const tooltip = `\`${image.text}\` with the defaults of its arguments.`;
    hints.push({ position: file.index.positionAt(image.end), label: image.resolved, tooltip });
  }
  if (settings.layer && !stage.parent && state) hints.push(...layerHints(context, state, position));
  const start: Start = parent ? { ...optional('user', parent.user?.value), ...optional('workdir', parent.workdir) } : startOf(state);
  if (settings.user && start.user !== undefined) {
    hints.push({
      position,
      label: `USER ${start.user}`,
      tooltip: 'The user that this stage starts with.',
    });
  }
  if (settings.workdir && start.workdir !== undefined) {
    hints.push({ position, label: `WORKDIR ${start.workdir}`, tooltip: 'The working directory that this stage starts with.' });
  }
  return hints;
}

interface Start {
  readonly user?: string;
  readonly workdir?: string;
}

/** What the image itself sets, whatever the stage changes later. */
function startOf(state: EffectiveState | undefined): Start {
  const image = state?.root.kind === 'image' ? state.root.catalogue?.image : undefined;
  return image ? { ...optional('user', userOf(image)), ...optional('workdir', image.config?.workdir) } : {};
}

function layerHints({ standards }: DockerfileContext, { root }: EffectiveState, position: Position): InlayHint[] {
  const image = root.kind === 'image' ? root.catalogue?.image : undefined;
  if (!image) return [];
  const os = osOf(standards, image);
  const on = os && os !== image ? ` on ${os.name}` : '';
  return [{ position, label: `${image.layer}${on}`, tooltip: `\`${image.name}\` of the standards \`${standards?.name ?? ''}\`.` }];
}
