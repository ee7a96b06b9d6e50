import type { EnvironmentSummary, Range, WorkspaceModel } from '../../../server/src/protocol.ts';
import type { ReleaseRecord } from '../ports.ts';
import { type EnvironmentWatch, environmentKey } from '../state/environmentWatches.ts';
import type { ReleaseList } from '../state/releaseLists.ts';
import type { Subject } from './node.ts';
import { failureWord } from './rows.ts';
import { placesOf, releaseName } from './services.ts';
import { dotted, healthLook, shortTag, timeAgo } from './words.ts';

/** A line above a line of a file: words, and the command that they start with its subject. */
export interface ClientLens {
  readonly range: Range;
  readonly title: string;
  readonly command: string;
  readonly subject: Subject;
}

export interface LensInput {
  readonly model: WorkspaceModel;
  readonly releases: ReadonlyMap<string, ReleaseList>;
  readonly environments: ReadonlyMap<string, EnvironmentWatch>;
  /** When what runs was seen last, where it is not watched any more. */
  readonly seen?: Date | undefined;
  readonly now?: Date;
}

const verbs = [
  { title: 'Build', command: 'waybill.image.build' },
  { title: 'Release…', command: 'waybill.service.release' },
  { title: 'Deploy…', command: 'waybill.release.deploy' },
  { title: 'Logs', command: 'waybill.logs.tail' },
];

/** Above a service: which release runs where, as far as it is known, and what can be done. */
export function serviceLenses(id: string, range: Range, input: LensInput): readonly ClientLens[] {
  const service = input.model.services.find((candidate) => candidate.id === id);
  if (!service) return [];
  const subject = { service: id };
  const releases = input.releases.get(id)?.releases ?? [];
  const seen = placesOf(service, input).map(({ environment, state: { tag, alias, health } }) =>
    [environment, tag ? shortTag(tag) : alias, healthLook(health).mark].filter(Boolean).join(' '),
  );
  const newest = releases[0];
  const title = seen.length > 0 ? dotted(...seen, age(input)) : newest ? dotted(shortTag(releaseName(newest)), recorded(newest)) : '';
  return [
    ...(title === '' ? [] : [{ range, title, command: 'waybill.services.focus', subject }]),
    ...verbs.map((verb) => ({ range, ...verb, subject })),
  ];
}

/** Where a release went by its file: what a target says of itself is not known yet. */
function recorded({ deployments }: ReleaseRecord): string {
  const went = deployments.filter(({ result }) => result === 'Succeeded').map(({ environment }) => environment);
  return went.length === 0 ? 'not deployed' : `→ ${[...new Set(went)].join(', ')}`;
}

/** `seen 12 min ago`; nothing while it is watched, and in the first minute. */
function age({ seen, now }: LensInput): string | undefined {
  const ago = seen && now ? timeAgo(seen.toISOString(), now) : undefined;
  return ago === undefined || ago === 'now' ? undefined : `seen ${ago}`;
}

/** Above each environment of a file: where it is and how it is, and Deploy. */
export function environmentLenses(uri: string, input: LensInput): readonly ClientLens[] {
  const plain = decodeURIComponent(uri);
  return input.model.environments
    .filter(({ location }) => decodeURIComponent(location.uri) === plain)
    .flatMap((environment) => {
      const { range } = environment.location;
      const subject = { environment: environmentKey(environment) };
      return [
        {
          range,
          title: dotted(place(environment), health(input.environments.get(subject.environment)), age(input)),
          command: 'waybill.environments.focus',
          subject,
        },
        { range, title: 'Deploy…', command: 'waybill.release.deploy', subject },
      ];
    });
}

function place({ target }: EnvironmentSummary): string {
  if ('namespace' in target) return `${target.context} / ${target.namespace}`;
  if ('hosts' in target) return dotted(target.project, target.hosts.map(({ name }) => name).join(', '));
  return target.kind;
}

function health(watch: EnvironmentWatch | undefined): string {
  if (!watch) return 'open state';
  if (watch.state === 'connecting') return 'connecting…';
  if (watch.state === 'failed') return failureWord(watch.failure);
  const running = watch.value.services.filter((service) => service.health !== 'Missing');
  const healthy = running.filter((service) => service.health === 'Healthy').length;
  return running.length === 0 ? 'nothing deployed' : `${healthy} of ${running.length} healthy`;
}
