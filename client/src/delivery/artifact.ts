import type { BuildSpec } from '../../../server/src/protocol.ts';
import type { BuildEvent, Engine, Ports } from '../ports.ts';

type Report = (event: BuildEvent) => void;

/** The compile step of a service that runs here, before a builder is asked for. Nothing when there is none, or it runs in a container. */
export async function compileOnThisMachine(
  ports: Pick<Ports, 'compiler'>,
  { artifact }: BuildSpec,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  if (artifact && artifact.container === undefined) await ports.compiler.compile(artifact, report, signal);
}

/** The compile step that runs in a container of the builder that has the seat, so that it costs no second one. */
export async function compileOnBuilder(engine: Engine, { artifact }: BuildSpec, report: Report, signal: AbortSignal): Promise<void> {
  if (artifact?.container !== undefined) await engine.compile(artifact, report, signal);
}
