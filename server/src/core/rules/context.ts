import type { Location, Range } from '../../protocol.ts';
import type { CatalogueMatch } from '../dockerfile/catalogue.ts';
import type { CommandIndex, PlacedCommand } from '../dockerfile/commands.ts';
import type { EffectiveState } from '../dockerfile/effective.ts';
import type { IgnoreMatcher } from '../dockerfile/ignoreFile.ts';
import type { UsedImage } from '../dockerfile/images.ts';
import type { Dockerfile, Instruction, RunInstruction, Span, Stage } from '../dockerfile/model.ts';
import type { Layer, Pragmas, SuppressedName, Suppression } from '../dockerfile/pragmas.ts';
import type { StageReference } from '../dockerfile/stageReferences.ts';
import type { HadolintConfig } from '../standards/hadolintConfig.ts';
import type { CatalogueImage, Standards } from '../standards/model.ts';
import type { Needs } from './needs.ts';
import type { Report, RuleMeta } from './rule.ts';
import type { RuleNames } from './ruleNames.ts';

/** What the manifest of a Dockerfile's service asks of it. */
export interface ManifestDemands {
  /** `product/name`. */
  readonly service: string;
  readonly name: string;
  readonly base?: { readonly name: string; readonly location: Location };
  /** Labels that the manifest puts on the image. */
  readonly labels: readonly string[];
  /** Named build contexts that it gives to the build. */
  readonly contexts?: readonly string[];
  /** The standards that it names, when they are not in the workspace. */
  readonly missingStandards?: { readonly name: string; readonly location: Location };
  /** Kinds of environments that the product's images are delivered to: `compose`, `kubernetes`, others. */
  readonly platforms?: readonly string[];
  /** True when it has probes of its own. */
  readonly probes?: boolean;
  /** Log files that are collected. */
  readonly logFiles?: readonly string[];
}

/** An image of the file with its entry in the catalogue, if it has one. */
export interface JudgedImage extends UsedImage {
  readonly match?: CatalogueMatch;
}

/** Everything that a rule about Dockerfiles may look at. Settings and the date are arguments, never globals. */
export interface DockerfileContext {
  readonly file: Dockerfile;
  readonly standards?: Standards;
  /** The `.hadolint.yaml` that counts here. */
  readonly config?: HadolintConfig;
  /** What comments say to linters. */
  readonly pragmas: Pragmas;
  readonly names: RuleNames;
  readonly layer?: Layer;
  readonly manifest?: ManifestDemands;
  /** ISO date. */
  readonly today: string;
  /** The stage that is built into the image: the manifest's target, else the last. */
  readonly target?: Stage;
  /** The target and the earlier stages it stands on, target first. Other stages are builders. */
  readonly chain: readonly Stage[];
  /** State at the end of each stage, by index. */
  readonly states: readonly EffectiveState[];
  /** The commands of all RUNs. */
  readonly commands: CommandIndex;
  /** The images that the file takes from registries. */
  images(): readonly JudgedImage[];
  /** `COPY --from=` and `--mount=from=`. */
  sources(): readonly StageReference[];
  /** Own instructions of the stages that end up in the image, in the order of their building; ONBUILD is another build's. */
  shipped(): readonly Instruction[];
  range(span: Span): Range;
  /** The `.dockerignore` that counts for the build, when it is in the workspace; read when it is asked for. */
  ignoreFile?(): { readonly uri: string; readonly text: string; readonly matcher: IgnoreMatcher } | undefined;
  /** The catalogue's entry whose source is this very file. */
  readonly registered?: CatalogueImage;
  /** The Dockerfile of a catalogue's image, when it is in the workspace; parsed when it is asked for. */
  sourceOf?(image: CatalogueImage): Dockerfile | undefined;
  /** The digest that `waybill.lock.yaml` pins a reference of FROM to, written as it is there. */
  lockedDigest?(reference: string): string | undefined;
  /** What Waybill would generate for the service of this Dockerfile today; made when it is asked for. */
  generation?(): string | undefined;
}

/** A suppression, and those of its names that took no finding away. */
export interface UnusedSuppression {
  readonly suppression: Suppression;
  readonly names: readonly SuppressedName[];
}

/** A rule about Dockerfiles: metadata and one pure check. Its id is its path below `rules/`. */
export interface DockerfileRule extends RuleMeta, Needs {
  readonly check: (context: DockerfileContext) => readonly Report[];
  /** A second look when all rules have spoken, for rules about suppressions. */
  readonly afterwards?: (context: DockerfileContext, unused: readonly UnusedSuppression[]) => readonly Report[];
}

/** A RUN, also one that waits in ONBUILD, with the stage it stands in. */
export interface PlacedRun {
  readonly run: RunInstruction;
  readonly stage?: number;
}

/** All RUN instructions of some instructions, ONBUILD triggers included. */
export function runsOf(instructions: readonly Instruction[]): readonly PlacedRun[] {
  const runs: PlacedRun[] = [];
  for (const instruction of instructions) {
    const inner = instruction.kind === 'ONBUILD' ? instruction.trigger : instruction;
    if (inner?.kind === 'RUN') runs.push({ run: inner, ...(inner.stage === undefined ? {} : { stage: inner.stage }) });
  }
  return runs;
}

/** RUNs of the stages that end up in the image. */
export function shippedRuns(context: DockerfileContext): readonly RunInstruction[] {
  return context.chain.flatMap((stage) => runsOf(stage.instructions).map(({ run }) => run));
}

/** The stage whose FROM leaves the file, below the target; undefined when there is no target. */
export function rootOfTarget(context: DockerfileContext): EffectiveState | undefined {
  return context.target && context.states[context.target.index];
}

/** True when a command's stage ends up in the image. */
export function isShipped(context: DockerfileContext, { stage }: Pick<PlacedCommand, 'stage'>): boolean {
  return context.chain.some(({ index }) => index === stage);
}

/** Variables that the image of the catalogue brings along, below a command's stage. */
export function baseEnv(context: DockerfileContext, { stage }: Pick<PlacedCommand, 'stage'>): Readonly<Record<string, string>> {
  const root = context.states[stage]?.root;
  return (root?.kind === 'image' ? root.catalogue?.image.config?.env : undefined) ?? {};
}
