import type { EnvironmentSummary, ServiceSummary, WorkspaceModel } from '../../../../server/src/protocol.ts';
import { recordFolder } from '../../delivery/find.ts';
import { genuineReleases, type ReleaseChoice, releaseChoices } from '../../delivery/releases.ts';
import { fail } from '../../errors.ts';
import type { Ports, ReleaseRecord } from '../../ports.ts';
import type { Subject } from '../../tree/node.ts';
import { releaseName } from '../../tree/services.ts';
import { dotted, shortDigest, timeAgo } from '../../tree/words.ts';
import { chooseEnvironment } from './choose.ts';
import type { CommandContext } from './command.ts';
import type { Choice } from './ui.ts';

export interface Destination {
  readonly environment: EnvironmentSummary;
  readonly release: ReleaseRecord;
}

/** Which release goes where: what the row says is not asked. Releases that may go come first, the others say what keeps them out. */
export async function chooseDestination(
  context: CommandContext,
  ports: Ports,
  model: WorkspaceModel,
  service: ServiceSummary,
  subject: Subject,
  verb: string,
): Promise<Destination | undefined> {
  const fits = ({ promote }: EnvironmentSummary) =>
    promote.from.length > 0 ? `releases that succeeded in ${promote.from.join(' or ')}` : '';
  const environment = await chooseEnvironment(context, model, service, subject, { verb, fits });
  if (!environment) return undefined;
  const signal = AbortSignal.timeout(60_000);
  if (subject.release) {
    const known = await genuineReleases(ports, recordFolder(model, service), service.id);
    const release = known.releases.find((candidate) => candidate.id === subject.release);
    if (release) return { environment, release };
  }
  const { choices } = await releaseChoices(ports, { service: service.id, environment: environment.name }, signal);
  if (choices.length === 0) {
    throw fail('configuration', `There is no release of \`${service.name}\` yet.`, 'Make one by Release… first.');
  }
  const picked = await context.ui.pick({
    title: `${verb} ${service.name} → ${environment.name}`,
    placeholder: 'Which release?',
    choices: choices.map((choice) => releaseChoice(choice, ports.clock.now())),
  });
  return picked && { environment, release: picked };
}

function releaseChoice({ release, unmet, promotedFrom }: ReleaseChoice, now: Date): Choice<ReleaseRecord> {
  const why = unmet[0];
  const ready = promotedFrom ? `succeeded in ${promotedFrom}` : undefined;
  const detail = why ? `${why.message}: ${why.remedy}` : ready;
  return {
    label: releaseName(release),
    description: dotted(release.alias, timeAgo(release.build.started, now), shortDigest(release.identity.image.digest)),
    ...(detail ? { detail } : {}),
    icon: why ? 'circle-slash' : 'tag',
    value: release,
  };
}
