import type { LostKeys } from './notes.ts';

const inDockerfile = (what: string) => ({
  why: `What runs in the image is the image’s business.`,
  advice: `Write \`${what}\` in the Dockerfile.`,
});
const byPlatform = (why: string) => ({ why, advice: '' });
const byPeople = (why: string) => ({ why, advice: 'Where it is needed, ask those who run the hosts or the cluster.' });

/** Keys of a service in Compose that a manifest has no field for. https://github.com/compose-spec/compose-spec/blob/main/05-services.md */
export const lostServiceKeys: LostKeys = {
  command: inDockerfile('CMD'),
  entrypoint: inDockerfile('ENTRYPOINT'),
  user: inDockerfile('USER'),
  working_dir: inDockerfile('WORKDIR'),
  init: { why: 'A process manager belongs to the base image.', advice: 'Stand on a base image with one.' },
  networks: byPlatform('Services of one environment reach each other by name; there is one network for each.'),
  links: byPlatform('Services of one environment reach each other by name.'),
  external_links: {
    why: 'Only services of one environment reach each other by name.',
    advice: 'Hand the address over as a variable under `env`.',
  },
  container_name: byPlatform('Containers are named after service, environment and instance.'),
  hostname: byPlatform('Containers are named after service, environment and instance.'),
  domainname: byPlatform('Containers are named after service, environment and instance.'),
  restart: byPlatform('Instances are always restarted.'),
  labels: {
    why: 'Labels of containers are Waybill’s own: it finds them by these.',
    advice: 'Routes of a proxy belong to `expose`, labels of the image to `image.labels`.',
  },
  label_file: { why: 'Labels of containers are Waybill’s own.', advice: 'Labels of the image belong to `image.labels`.' },
  annotations: byPlatform('Annotations of containers are Waybill’s own.'),
  logging: { why: 'Where logs go is the environment’s business.', advice: 'Write to the standard output; files belong to `logs.files`.' },
  extra_hosts: { why: 'Names of other hosts belong to DNS.', advice: 'Hand the address over as a variable under `env`.' },
  dns: byPeople('Name servers belong to the hosts.'),
  dns_opt: byPeople('Name servers belong to the hosts.'),
  dns_search: byPeople('Name servers belong to the hosts.'),
  tmpfs: { why: 'Manifests have no volumes.', advice: 'Write to a folder of the image; it is gone with the container as well.' },
  volumes_from: { why: 'Manifests have no volumes.', advice: 'Put the files into the image, or deliver them under `config`.' },
  profiles: { why: 'Which services run where is said by the environments.', advice: 'Name the environments under `environments`.' },
  pull_policy: byPlatform('Images are deployed by their digest, and pulled when they are missing.'),
  stdin_open: byPlatform('Services have no terminal.'),
  tty: byPlatform('Services have no terminal.'),
  attach: byPlatform('Logs are tailed when somebody asks for them.'),
  develop: { why: 'Watching files is for development on one machine.', advice: 'Keep the Compose file for it.' },
  extends: {
    why: 'What another file says is not read here.',
    advice: 'Import the output of `docker compose config`, where it is filled in.',
  },
  privileged: byPeople('Services run without special rights.'),
  cap_add: byPeople('Services run without special rights.'),
  cap_drop: byPeople('Capabilities are the environment’s business.'),
  security_opt: byPeople('Security profiles are the environment’s business.'),
  devices: byPeople('Devices belong to one host.'),
  device_cgroup_rules: byPeople('Devices belong to one host.'),
  gpus: byPeople('Devices belong to one host.'),
  group_add: inDockerfile('USER'),
  sysctls: byPeople('Kernel settings belong to the hosts.'),
  ulimits: byPeople('Limits of processes belong to the hosts.'),
  shm_size: byPeople('Shared memory is the environment’s business.'),
  read_only: byPeople('Read-only file systems are the environment’s business.'),
  ipc: byPeople('Namespaces are the environment’s business.'),
  pid: byPeople('Namespaces are the environment’s business.'),
  uts: byPeople('Namespaces are the environment’s business.'),
  cgroup: byPeople('Namespaces are the environment’s business.'),
  cgroup_parent: byPeople('Namespaces are the environment’s business.'),
  userns_mode: byPeople('Namespaces are the environment’s business.'),
  isolation: byPeople('Isolation is the environment’s business.'),
  runtime: byPeople('The runtime belongs to the hosts.'),
  mac_address: byPeople('Addresses are the environment’s business.'),
  oom_kill_disable: { why: 'A process that needs more than its limit is ended.', advice: 'Set `resources.limits.memory` high enough.' },
  oom_score_adj: { why: 'A process that needs more than its limit is ended.', advice: 'Set `resources.limits.memory` high enough.' },
  memswap_limit: byPeople('Swap belongs to the hosts.'),
  mem_swappiness: byPeople('Swap belongs to the hosts.'),
  cpu_shares: { why: 'Shares of a processor are no amount.', advice: 'Write `resources.requests.cpu`.' },
  cpu_quota: { why: 'Quotas are not read.', advice: 'Write `resources.limits.cpu`.' },
  cpu_period: { why: 'Quotas are not read.', advice: 'Write `resources.limits.cpu`.' },
  cpu_count: { why: 'It counts on Windows alone.', advice: 'Write `resources.limits.cpu`.' },
  cpu_percent: { why: 'It counts on Windows alone.', advice: 'Write `resources.limits.cpu`.' },
  cpuset: byPeople('Single processors belong to one host.'),
  cpu_rt_runtime: byPeople('Real-time scheduling belongs to the hosts.'),
  cpu_rt_period: byPeople('Real-time scheduling belongs to the hosts.'),
  pids_limit: byPeople('Limits of processes belong to the hosts.'),
  blkio_config: byPeople('Bandwidth of disks belongs to the hosts.'),
  storage_opt: byPeople('Storage belongs to the hosts.'),
  credential_spec: byPeople('Accounts of Windows belong to the hosts.'),
  post_start: { why: 'Commands after the start are not run from outside.', advice: 'Let the process do it when it starts.' },
  pre_stop: {
    why: 'Commands before the end are not run from outside.',
    advice: 'Let the process do it at `lifecycle.stopSignal`; a pause is `lifecycle.preStop.sleep`.',
  },
  provider: { why: 'Services of another tool are not deployed here.', advice: 'Hand its address over as a variable under `env`.' },
  models: { why: 'Models are run by another tool.', advice: 'Hand the address over as a variable under `env`.' },
  use_api_socket: byPeople('Services have no access to the Docker Engine.'),
};

/** Keys of `build`. */
export const lostBuildKeys: LostKeys = {
  dockerfile_inline: { why: 'A Dockerfile is a file.', advice: 'Save it as `Dockerfile` beside the manifest.' },
  additional_contexts: { why: 'There is one context.', advice: 'Copy from a stage or an image: `COPY --from=`.' },
  cache_from: byPlatform('Builders keep their own cache.'),
  cache_to: byPlatform('Builders keep their own cache.'),
  no_cache: byPlatform('Builders keep their own cache.'),
  pull: byPlatform('Base images are pinned by their digest.'),
  tags: { why: 'A tag is made for each build.', advice: 'Its pattern is `image.tag`.' },
  ssh: { why: 'Builders have no agent of SSH.', advice: 'Hand a key over with `build.secrets`.' },
  network: byPlatform('The network of a build is the builder’s business.'),
  extra_hosts: byPeople('Names of other hosts belong to DNS.'),
  isolation: byPlatform('Isolation is the builder’s business.'),
  privileged: byPeople('Builds run without special rights.'),
  entitlements: byPeople('Builds run without special rights.'),
  shm_size: byPlatform('Shared memory is the builder’s business.'),
  ulimits: byPlatform('Limits of processes are the builder’s business.'),
  provenance: byPlatform('What was built from what is kept in the record of the release.'),
  sbom: { why: 'Lists of parts are not made here.', advice: 'Make it in the pipeline.' },
};

/** Keys of `deploy`. */
export const lostDeployKeys: LostKeys = {
  restart_policy: byPlatform('Instances are always restarted.'),
  rollback_config: byPlatform('A rollout that fails is diagnosed; `Roll Back` goes to the release before.'),
  placement: byPeople('Which host takes an instance is said by the environment: `placement` and the labels of its hosts.'),
  labels: { why: 'Labels of services are Waybill’s own.', advice: 'Labels of the image belong to `image.labels`.' },
  endpoint_mode: byPlatform('How instances are found is the platform’s business.'),
  job: { why: 'Jobs are no services.', advice: 'Keep it where jobs are described.' },
};

/** Keys beside `services` in the file. */
export const lostTopKeys: LostKeys = {
  include: {
    why: 'What other files say is not read here.',
    advice: 'Import the output of `docker compose config`, where it is filled in.',
  },
  models: { why: 'Models are run by another tool.', advice: 'Hand the address over as a variable under `env`.' },
};
