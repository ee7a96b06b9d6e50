import type { EnvironmentSummary } from '../../../protocol.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** Two environments do not live in one place: the deployment of one would replace the other. */
export const rule: ManifestRule = {
  summary: 'No two environments have the same namespace of a cluster, or the same project on the same machines.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['environments'],
  check({ environments, uri, workspace }) {
    if (!environments || environments.uri !== uri) return [];
    const all = workspace.environments.flatMap((file) => file.environments);
    return environments.environments.flatMap((environment) => {
      const place = placeOf(environment);
      // The same environment in a second file is a duplicate, not a neighbour.
      const others = all.filter(({ name, product }) => name !== environment.name || product !== environment.product);
      const rival = place && others.find((other) => placesOf(other).some((one) => place.includes(one)));
      if (!rival || (rival.location.uri === uri && rival.location.range.start.line > environment.location.range.start.line)) return [];
      const { target } = environment;
      const what =
        'namespace' in target
          ? `the namespace \`${target.namespace}\``
          : 'project' in target
            ? `the project \`${target.project}\``
            : 'the place';
      const whose = rival.product === environment.product ? `\`${rival.name}\`` : `\`${rival.name}\` of \`${rival.product}\``;
      return [
        {
          range: environment.location.range,
          message: `\`${environment.name}\` shares ${what} with ${whose}: a deployment to one replaces what runs in the other.`,
          related: [{ location: rival.location, message: `${whose} lives there too` }],
        },
      ];
    });
  },
};

function placeOf(environment: EnvironmentSummary): readonly string[] | undefined {
  const places = placesOf(environment);
  return places.length > 0 ? places : undefined;
}

/** One per cluster, or per machine: projects meet as soon as they have one machine in common. */
function placesOf({ target }: EnvironmentSummary): readonly string[] {
  if ('namespace' in target) {
    const cluster = target.cluster.uid ?? target.cluster.server ?? target.context;
    return target.namespace && cluster ? [`${cluster} ${target.namespace}`] : [];
  }
  return 'project' in target && target.project ? target.hosts.map((host) => `${host.host} ${target.project}`) : [];
}
