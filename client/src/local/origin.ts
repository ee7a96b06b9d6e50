import type { Origin } from '../ports.ts';

/** What pipelines set: of GitHub, GitLab, Jenkins, TeamCity, Azure, Buildkite and others (`CI` by most). */
const marks = ['GITHUB_ACTIONS', 'GITLAB_CI', 'JENKINS_URL', 'TEAMCITY_VERSION', 'TF_BUILD', 'BUILDKITE', 'CIRCLECI'];

/** Whether a process was started by a pipeline or by a person. Whoever can set variables can say either: it keeps from mistakes. */
export function originOf(env: Readonly<Record<string, string | undefined>>): Origin {
  const ci = env.CI !== undefined && env.CI !== '' && env.CI !== '0' && env.CI !== 'false';
  return ci || marks.some((name) => env[name]) ? 'ci' : 'workstation';
}
