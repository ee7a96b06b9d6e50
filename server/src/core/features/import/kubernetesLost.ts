import type { LostKeys } from './notes.ts';

const byEnvironment = (why: string) => ({ why, advice: 'Ask those who run the cluster.' });
const byPlatform = (why: string) => ({ why, advice: '' });
const inDockerfile = (what: string) => ({
  why: 'What runs in the image is the image’s business.',
  advice: `Write \`${what}\` in the Dockerfile.`,
});

/** Fields of `spec` of a workload. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/ */
export const lostWorkloadKeys: LostKeys = {
  revisionHistoryLimit: byPlatform('Releases are kept as records.'),
  paused: byPlatform('Rollouts are paused where they run.'),
  serviceName: byPlatform('Names of instances are the platform’s business.'),
  podManagementPolicy: byPlatform('Instances are started one after the other.'),
  ordinals: byPlatform('Instances have no numbers.'),
  volumeClaimTemplates: {
    why: 'Manifests have no volumes: each instance would lose its data.',
    advice: 'Keep data in a database or an object store; what has to stay on a disk is not for Waybill.',
  },
  persistentVolumeClaimRetentionPolicy: { why: 'Manifests have no volumes.', advice: 'Keep it where the volumes are described.' },
};

/** Fields of the spec of a pod. */
export const lostPodKeys: LostKeys = {
  initContainers: { why: 'A service is one container.', advice: 'Do what has to come first in the image, or when the process starts.' },
  ephemeralContainers: byPlatform('They are for debugging.'),
  restartPolicy: byPlatform('Instances are always restarted.'),
  imagePullSecrets: {
    why: 'Credentials of registries belong to the registry.',
    advice: 'Say under `registries[].auth` of the standards how it is signed in to.',
  },
  serviceAccountName: byEnvironment('Accounts belong to the environment.'),
  serviceAccount: byEnvironment('Accounts belong to the environment.'),
  automountServiceAccountToken: byEnvironment('Accounts belong to the environment.'),
  nodeSelector: byEnvironment('Which node takes an instance is the environment’s business.'),
  nodeName: byEnvironment('Which node takes an instance is the environment’s business.'),
  affinity: byEnvironment('Which node takes an instance is the environment’s business.'),
  tolerations: byEnvironment('Which node takes an instance is the environment’s business.'),
  topologySpreadConstraints: byEnvironment('Which node takes an instance is the environment’s business.'),
  schedulerName: byEnvironment('Which node takes an instance is the environment’s business.'),
  priorityClassName: byEnvironment('Priorities are the environment’s business.'),
  priority: byEnvironment('Priorities are the environment’s business.'),
  preemptionPolicy: byEnvironment('Priorities are the environment’s business.'),
  runtimeClassName: byEnvironment('The runtime belongs to the nodes.'),
  securityContext: {
    why: 'The user is said by the image.',
    advice: 'Write `USER` in the Dockerfile; the rest is the environment’s business.',
  },
  hostAliases: { why: 'Names of other hosts belong to DNS.', advice: 'Hand the address over as a variable under `env`.' },
  dnsPolicy: byPlatform('Names are resolved as the network mode needs it.'),
  dnsConfig: byEnvironment('Name servers belong to the cluster.'),
  hostname: byPlatform('Names of instances are the platform’s business.'),
  subdomain: byPlatform('Names of instances are the platform’s business.'),
  hostPID: byEnvironment('Namespaces of the node are the environment’s business.'),
  hostIPC: byEnvironment('Namespaces of the node are the environment’s business.'),
  shareProcessNamespace: byPlatform('A service is one container.'),
  enableServiceLinks: byPlatform('Services reach each other by name.'),
  activeDeadlineSeconds: { why: 'Services do not end by themselves.', advice: 'Keep jobs where jobs are described.' },
  readinessGates: byEnvironment('Conditions of others belong to the cluster.'),
  os: byPlatform('Services run on Linux.'),
};

/** Fields of a container. */
export const lostContainerKeys: LostKeys = {
  command: inDockerfile('ENTRYPOINT'),
  args: inDockerfile('CMD'),
  workingDir: inDockerfile('WORKDIR'),
  imagePullPolicy: byPlatform('Images are deployed by their digest, and pulled when they are missing.'),
  securityContext: {
    why: 'The user is said by the image.',
    advice: 'Write `USER` in the Dockerfile; the rest is the environment’s business.',
  },
  volumeDevices: { why: 'Manifests have no volumes.', advice: 'Keep data in a database or an object store.' },
  stdin: byPlatform('Services have no terminal.'),
  stdinOnce: byPlatform('Services have no terminal.'),
  tty: byPlatform('Services have no terminal.'),
  terminationMessagePath: byPlatform('Why an instance ended is read from its state and its logs.'),
  terminationMessagePolicy: byPlatform('Why an instance ended is read from its state and its logs.'),
  resizePolicy: byPlatform('Other amounts are another rollout.'),
  restartPolicy: byPlatform('Instances are always restarted.'),
};

/** Fields of a Service. */
export const lostServiceSpecKeys: LostKeys = {
  sessionAffinity: byEnvironment('Which instance answers is the environment’s business.'),
  sessionAffinityConfig: byEnvironment('Which instance answers is the environment’s business.'),
  externalIPs: byEnvironment('Addresses are the environment’s business.'),
  externalName: { why: 'It is an address of others.', advice: 'Hand it over as a variable under `env`.' },
  externalTrafficPolicy: byEnvironment('Ways of traffic are the environment’s business.'),
  internalTrafficPolicy: byEnvironment('Ways of traffic are the environment’s business.'),
  trafficDistribution: byEnvironment('Ways of traffic are the environment’s business.'),
  loadBalancerIP: byEnvironment('Addresses are the environment’s business.'),
  loadBalancerClass: byEnvironment('Load balancers are the environment’s business.'),
  loadBalancerSourceRanges: byEnvironment('Load balancers are the environment’s business.'),
  allocateLoadBalancerNodePorts: byEnvironment('Load balancers are the environment’s business.'),
  healthCheckNodePort: byEnvironment('Load balancers are the environment’s business.'),
  publishNotReadyAddresses: byPlatform('Instances that are not ready get no traffic.'),
  ipFamilies: byEnvironment('Addresses are the environment’s business.'),
  ipFamilyPolicy: byEnvironment('Addresses are the environment’s business.'),
  clusterIP: byPlatform('Addresses are given out by the cluster.'),
  clusterIPs: byPlatform('Addresses are given out by the cluster.'),
};

/** Whole objects that are nothing of a service, by kind. */
export const lostKinds: LostKeys = {
  Secret: { why: 'Secrets are never copied.', advice: 'Say under `secrets` of each environment where its values come from.' },
  Namespace: {
    why: 'Namespaces belong to the environment.',
    advice: 'Write `kubernetes.namespace` in waybill.environments.yaml; `createNamespace: true` makes it.',
  },
  PersistentVolumeClaim: {
    why: 'Manifests have no volumes.',
    advice: 'Keep data in a database or an object store; what has to stay on a disk is not for Waybill.',
  },
  PersistentVolume: { why: 'Manifests have no volumes.', advice: 'Keep it where storage is described.' },
  StorageClass: { why: 'Manifests have no volumes.', advice: 'Keep it where storage is described.' },
  ServiceAccount: byEnvironment('Accounts belong to the environment.'),
  Role: byEnvironment('Rights belong to the environment.'),
  RoleBinding: byEnvironment('Rights belong to the environment.'),
  ClusterRole: byEnvironment('Rights belong to the cluster.'),
  ClusterRoleBinding: byEnvironment('Rights belong to the cluster.'),
  NetworkPolicy: byEnvironment('Who reaches whom is the environment’s business.'),
  LimitRange: byEnvironment('Limits of a namespace belong to the environment.'),
  ResourceQuota: byEnvironment('Limits of a namespace belong to the environment.'),
  PriorityClass: byEnvironment('Priorities are the environment’s business.'),
  Job: { why: 'Jobs are no services.', advice: 'Keep it where jobs are described.' },
  CronJob: { why: 'Jobs are no services.', advice: 'Keep it where jobs are described.' },
  Pod: { why: 'A single Pod is not rolled out.', advice: 'Make a Deployment of it, and import that.' },
  ReplicaSet: { why: 'A ReplicaSet belongs to its Deployment.', advice: 'Import the Deployment.' },
};
