/** What keeps a Pod from beginning: no node takes it, its image does not come, its volumes are not there, its program cannot be started. */
import { type Finding, finding, firstLine } from './finding.ts';
import type { PodView } from './pods.ts';

/** What the scheduler says → the key to look at and what to do. The first that fits. */
const schedulingFailures: readonly (readonly [RegExp, string | undefined, string])[] = [
  [/Insufficient memory/, 'resources.requests.memory', 'Ask for less memory, or have nodes added.'],
  [/Insufficient cpu/, 'resources.requests.cpu', 'Ask for less CPU, or have nodes added.'],
  [/Insufficient/, 'resources.requests', 'Ask for less, or have nodes added.'],
  [/free ports/, 'network.mode', 'Another Pod holds the port on every node: use the bridge network, another port or fewer instances.'],
  [
    /node affinity|node selector/,
    'jdk',
    'No node has the label that is asked for (waybill.dev/jdk-… for a JDK of the host): label the nodes that have this JDK.',
  ],
  [
    /pod affinity|anti-affinity|topology spread/i,
    'scale',
    'The instances must stand apart and there are too few nodes: use fewer instances, or have nodes added.',
  ],
  [/taint/, undefined, 'The nodes are reserved or not healthy (tainted): ask those who run the cluster.'],
  [/unschedulable/, undefined, 'The nodes are closed for maintenance (cordoned): ask those who run the cluster.'],
  [/no nodes available/, undefined, 'The cluster has no node that is ready: tell those who run it.'],
  [/persistentvolumeclaim|volume/i, undefined, 'A volume is not available: ask those who run the cluster.'],
];

export function notScheduled(pod: PodView): Finding {
  const message = pod.unschedulable ?? '';
  const [, path, advice] = schedulingFailures.find(([pattern]) => pattern.test(message)) ?? [
    /./,
    undefined,
    'Read what the scheduler says.',
  ];
  return finding('scheduling', `No node takes ${pod.name}: ${message}`, advice, [message], path);
}

/** Why an image does not come: pattern of what runtimes say → few words, kind, the sentence, advice, key. The first that fits. */
const pullFailures: readonly (readonly [RegExp, string, string, (pod: string) => string, string, string])[] = [
  [
    /toomanyrequests|too many requests|rate limit|\b429\b/i,
    'the registry allows no more pulls now',
    'image-missing',
    (pod) => `The registry does not give the image of ${pod} now: too many pulls.`,
    'Wait, or pull through a mirror or with an account that may pull more.',
    'image.repository',
  ],
  [
    /unauthorized|denied|forbidden|authoriz|no basic auth|\b40[13]\b/i,
    'not allowed to pull the image',
    'image-unauthorized',
    (pod) => `The node may not pull the image of ${pod}.`,
    'Give the namespace a pull secret for this registry, and name it in the service account.',
    'image.repository',
  ],
  [
    /no match for platform/i,
    'image not built for the platform of the node',
    'image-missing',
    (pod) => `The image of ${pod} was not built for the platform of the node.`,
    'Build for that platform.',
    'build.platforms',
  ],
  [
    /x509|certificate|tls:|server gave HTTP response to HTTPS client/i,
    'the node does not trust the registry',
    'image-missing',
    (pod) => `The node does not trust the registry of the image of ${pod}.`,
    'Have the CA of the registry installed on the nodes, or use the address that they know.',
    'image.repository',
  ],
  [
    /not found|manifest unknown/i,
    'image not found in the registry',
    'image-missing',
    (pod) => `The image of ${pod} is not in the registry.`,
    'Check that this environment uses the registry that the release was pushed to.',
    'image.repository',
  ],
  [
    /InvalidImageName|couldn't parse image|invalid reference/i,
    'no valid name of an image',
    'image-missing',
    (pod) => `The image of ${pod} has a name that no registry could have.`,
    'Correct the repository: lower case, no scheme, no blanks.',
    'image.repository',
  ],
  [
    /./s,
    'the node does not reach the registry',
    'image-missing',
    (pod) => `The image of ${pod} cannot be pulled: the node does not reach the registry.`,
    'Check that the nodes reach the registry, by its name and through their proxy.',
    'image.repository',
  ],
];

export function notPulled(pod: PodView, reason: string, texts: readonly (string | undefined)[]): Finding {
  // The host of a message may be called anything; the platform is named by some runtimes as "not found".
  const all = [reason, ...texts].join(' ');
  const [, , kind, summary, advice, path] = pullFailures.find(([pattern]) => pattern.test(all)) ??
    pullFailures[0] ?? [/./, '', '', () => '', '', ''];
  return finding(kind, summary(pod.name), advice, texts, path);
}

/** Why an image does not come, in a few words. A kubelet that pauses between two tries may not say why. */
export function pullWords(reason: string, message: string): string {
  const untold = reason === 'ImagePullBackOff' && /^Back-off pulling image "[^"]*"$/.test(message);
  const found = untold || message === '' ? undefined : pullFailures.find(([pattern]) => pattern.test(`${reason} ${message}`));
  return found?.[1] ?? 'the image cannot be pulled';
}

export function notSetUp(pod: PodView, message: string): Finding {
  const jdk = /hostPath type check failed: (\S+)/.exec(message)?.[1];
  const missing = /(configmap|secret) "([^"]+)" not found/.exec(message);
  const [path, advice] = jdk
    ? ['jdk', `The node ${pod.node} bears the label of this JDK, but has no directory ${jdk}: install it there, or take the label away.`]
    : missing
      ? [
          'config',
          `Create the ${missing[1] === 'secret' ? 'Secret' : 'ConfigMap'} ${missing[2]}; deploying again writes the ConfigMap anew.`,
        ]
      : [undefined, `Look at the node ${pod.node}.`];
  return finding('start-error', `${pod.name} cannot be set up on its node: ${firstLine(message)}`, advice ?? '', [message], path);
}

export function notStarted(pod: PodView, message: string, texts: readonly (string | undefined)[]): Finding {
  const advice = /exec format error/.test(message)
    ? 'The image was built for another architecture: build for the platform of the nodes.'
    : /no such file|not found/.test(message)
      ? 'Check ENTRYPOINT and CMD of the image: the program is not there.'
      : 'Check ENTRYPOINT, CMD and the mounts.';
  return finding('start-error', `${pod.name} cannot be started: ${firstLine(message)}`, advice, [message, ...texts], 'build.dockerfile');
}
