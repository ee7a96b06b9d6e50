/**
 * What is known of common components and operating systems without being told: versions, ends of life, what they need, and what
 * their packages are called. `builtin: true` in the standards takes from here what it does not say itself; standards always go
 * before, and nothing here is fetched at run time.
 *
 * Each entry names the page that its dates were compared with, the day of that page's content, and the lines for which no page was found.
 * https://endoflife.date is under the MIT licence. Names of packages: the distributions' own indexes.
 * To refresh: compare a page, change the lines and the day.
 */
import type { OsFamily } from './model.ts';

/** Where dates come from. */
export interface BuiltinSource {
  /** The page that the dates were compared with; absent when none was found. */
  readonly page?: string;
  /** ISO date of that page's content, or of the search for one. */
  readonly asOf: string;
  /** Lines whose date no page was found for. */
  readonly unverified: readonly string[];
}

const from = (page: string, asOf: string, ...unverified: readonly string[]): BuiltinSource => ({
  page: `https://${page}`,
  asOf,
  unverified,
});

/** Nobody publishes ends of life: all lines count as supported. */
const unpublished = (...lines: readonly string[]): BuiltinSource => ({ asOf: '2026-11-24', unverified: lines });

/** A line of versions: `9.0` stands for 9.0.121 as well. */
export interface BuiltinVersion {
  readonly version: string;
  /** ISO date; null: supported without a known end. */
  readonly eol: string | null;
  /** What is chosen when neither the image nor the standards choose. */
  readonly default?: boolean;
  /** Components that it needs, by name → range. */
  readonly requires?: Readonly<Record<string, string>>;
}

export interface BuiltinComponent {
  readonly title: string;
  readonly source: BuiltinSource;
  readonly versions: readonly BuiltinVersion[];
  /** Components that do the same work. */
  readonly conflicts?: readonly string[];
  /** Names of packages by family; `{version}` and `{digits}` (the version without dots) are filled in. Absent: not packaged. */
  readonly packages: Readonly<Partial<Record<OsFamily, string>>>;
}

const lines = (...rows: readonly (readonly [version: string, eol: string | null])[]): readonly BuiltinVersion[] =>
  rows.map(([version, eol]) => ({ version, eol }));

const chosen = (version: string, list: readonly BuiltinVersion[]): readonly BuiltinVersion[] =>
  list.map((line) => (line.version === version ? { ...line, default: true } : line));

const needing = (range: Readonly<Record<string, string>>, list: readonly BuiltinVersion[]): readonly BuiltinVersion[] =>
  list.map((line) => {
    const jdk = range[line.version];
    return jdk === undefined ? line : { ...line, requires: { jdk } };
  });

/** By the name that standards give them. */
export const builtinComponents: Readonly<Record<string, BuiltinComponent>> = {
  jdk: {
    title: 'Java Development Kit (OpenJDK; dates of Eclipse Temurin)',
    source: from('adoptium.net/support', '2025-10-28', '25'),
    versions: chosen(
      '21',
      lines(
        ['8', '2030-12-31'],
        ['11', '2027-10-31'],
        ['17', '2027-10-31'],
        ['21', '2029-12-31'],
        ['23', '2025-03-18'],
        ['25', '2031-09-30'],
      ),
    ),
    packages: {
      rhel: 'java-{version}-openjdk-headless',
      debian: 'openjdk-{version}-jre-headless',
      alpine: 'openjdk{version}-jre-headless',
    },
  },
  tomcat: {
    title: 'Apache Tomcat',
    source: from('endoflife.date/tomcat', '2026-11-23'),
    versions: chosen(
      '10.1',
      needing(
        { '8.5': '>=7', '9.0': '>=8', '10.0': '>=8', '10.1': '>=11', '11.0': '>=17' },
        lines(['7.0', '2021-03-31'], ['8.5', '2024-03-31'], ['9.0', '2027-03-31'], ['10.0', '2022-10-31'], ['10.1', null], ['11.0', null]),
      ),
    ),
    packages: { rhel: 'tomcat', debian: 'tomcat10' },
  },
  nginx: {
    title: 'nginx',
    source: from('endoflife.date/nginx', '2026-07-15'),
    versions: chosen(
      '1.30',
      lines(
        ['1.22', '2023-04-11'],
        ['1.23', '2023-05-23'],
        ['1.24', '2024-04-23'],
        ['1.25', '2024-05-29'],
        ['1.26', '2025-04-23'],
        ['1.27', '2025-06-24'],
        ['1.28', '2026-04-14'],
        ['1.29', '2026-05-13'],
        ['1.30', null],
        ['1.31', null],
      ),
    ),
    packages: { rhel: 'nginx', debian: 'nginx', alpine: 'nginx' },
  },
  httpd: {
    title: 'Apache HTTP Server',
    source: from('endoflife.date/apache-http-server', '2024-07-17'),
    versions: chosen('2.4', lines(['2.2', '2017-07-11'], ['2.4', null])),
    packages: { rhel: 'httpd', debian: 'apache2', alpine: 'apache2' },
  },
  haproxy: {
    title: 'HAProxy',
    source: from('www.haproxy.org', '2026-08-28'),
    versions: chosen(
      '3.2',
      lines(
        ['2.2', '2025-04-23'],
        ['2.4', '2026-04-01'],
        ['2.6', '2027-04-01'],
        ['2.8', '2028-04-01'],
        ['2.9', '2025-03-21'],
        ['3.0', '2029-04-01'],
        ['3.1', '2026-01-01'],
        ['3.2', '2030-04-01'],
        ['3.3', '2027-01-01'],
        ['3.4', '2031-04-01'],
      ),
    ),
    packages: { rhel: 'haproxy', debian: 'haproxy', alpine: 'haproxy' },
  },
  node: {
    title: 'Node.js',
    source: from('github.com/nodejs/Release', '2026-03-31'),
    versions: chosen(
      '24',
      lines(
        ['14', '2023-04-30'],
        ['16', '2023-09-11'],
        ['18', '2025-04-30'],
        ['20', '2026-04-30'],
        ['22', '2027-04-30'],
        ['23', '2025-06-01'],
        ['24', '2028-04-30'],
        ['25', '2026-06-01'],
      ),
    ),
    packages: { rhel: 'nodejs', debian: 'nodejs', alpine: 'nodejs' },
  },
  python: {
    title: 'Python',
    source: from('endoflife.date/python', '2026-08-13'),
    versions: chosen(
      '3.13',
      lines(
        ['2.7', '2020-01-01'],
        ['3.6', '2021-12-23'],
        ['3.7', '2023-06-27'],
        ['3.8', '2024-10-07'],
        ['3.9', '2025-10-31'],
        ['3.10', '2026-10-31'],
        ['3.11', '2027-10-31'],
        ['3.12', '2028-10-31'],
        ['3.13', '2029-10-31'],
        ['3.14', '2030-10-31'],
      ),
    ),
    packages: { rhel: 'python{version}', debian: 'python{version}', alpine: 'python3' },
  },
  'php-fpm': {
    title: 'PHP FastCGI Process Manager',
    source: from('endoflife.date/php', '2026-02-12'),
    versions: chosen(
      '8.4',
      lines(
        ['5.6', '2018-12-31'],
        ['7.2', '2020-11-30'],
        ['7.3', '2021-12-06'],
        ['7.4', '2022-11-28'],
        ['8.0', '2023-11-26'],
        ['8.1', '2025-12-31'],
        ['8.2', '2026-12-31'],
        ['8.3', '2027-12-31'],
        ['8.4', '2028-12-31'],
        ['8.5', '2029-12-31'],
      ),
    ),
    packages: { rhel: 'php-fpm', debian: 'php{version}-fpm', alpine: 'php{digits}-fpm' },
  },
  'redis-tools': {
    title: 'Redis client tools (redis-cli)',
    source: from('endoflife.date/redis', '2026-02-23'),
    versions: chosen(
      '8.2',
      lines(
        ['5.0', '2022-04-27'],
        ['6.0', '2022-05-31'],
        ['6.2', null],
        ['7.0', '2024-07-29'],
        ['7.2', null],
        ['7.4', null],
        ['8.0', '2026-02-11'],
        ['8.2', null],
        ['8.4', null],
        ['8.6', null],
      ),
    ),
    packages: { rhel: 'redis', debian: 'redis-tools', alpine: 'redis' },
  },
  supervisor: {
    title: 'Supervisor',
    source: unpublished('3.4', '4.2', '4.3'),
    versions: chosen('4.2', lines(['3.4', null], ['4.2', null], ['4.3', null])),
    conflicts: ['s6'],
    packages: { rhel: 'supervisor', debian: 'supervisor', alpine: 'supervisor' },
  },
  s6: {
    title: 's6-overlay',
    source: unpublished('2', '3'),
    versions: chosen('3', lines(['2', null], ['3', null])),
    conflicts: ['supervisor'],
    packages: { alpine: 's6-overlay' },
  },
  tini: {
    title: 'tini',
    source: unpublished('0.18', '0.19'),
    versions: chosen('0.19', lines(['0.18', null], ['0.19', null])),
    packages: { debian: 'tini', alpine: 'tini' },
  },
};

/** The name of a component's package in a family of operating systems; undefined when it is not packaged there. */
export function packageName(name: string, family: OsFamily, version: string): string | undefined {
  const component = Object.hasOwn(builtinComponents, name) ? builtinComponents[name] : undefined;
  // JDK 8 is 1.8.0 to those who package it for RHEL.
  const written = name === 'jdk' && family === 'rhel' && version === '8' ? '1.8.0' : version;
  return component?.packages[family]?.replaceAll('{version}', written).replaceAll('{digits}', version.replaceAll('.', ''));
}

export interface BuiltinSystem {
  readonly source: BuiltinSource;
  /** Line → end of the support that everybody gets. */
  readonly ends: Readonly<Record<string, string>>;
}

/** Operating systems by distribution. */
export const builtinSystems: Readonly<Record<string, BuiltinSystem>> = {
  alpine: {
    source: from('endoflife.date/alpine-linux', '2026-01-27'),
    ends: {
      ...{ '3.16': '2024-05-23', '3.17': '2024-11-22', '3.18': '2025-05-09', '3.19': '2025-11-01', '3.20': '2026-04-01' },
      ...{ '3.21': '2026-11-01', '3.22': '2027-05-01', '3.23': '2027-11-01' },
    },
  },
  debian: {
    source: from('wiki.debian.org/LTS', '2026-07-03'),
    ends: { '9': '2022-06-30', '10': '2024-06-30', '11': '2026-08-31', '12': '2028-06-30', '13': '2030-06-30' },
  },
  ubuntu: {
    source: from('endoflife.date/ubuntu', '2026-04-23'),
    ends: { '18.04': '2023-05-31', '20.04': '2025-05-31', '22.04': '2027-04-01', '24.04': '2029-05-31', '26.04': '2031-04-30' },
  },
  centos: { source: from('endoflife.date/centos', '2023-06-01'), ends: { '6': '2020-11-30', '7': '2024-06-30', '8': '2021-12-31' } },
  rocky: { source: from('endoflife.date/rocky-linux', '2025-06-11'), ends: { '8': '2029-05-31', '9': '2032-05-31', '10': '2035-05-31' } },
  almalinux: { source: from('endoflife.date/almalinux', '2025-05-27'), ends: { '8': '2029-03-01', '9': '2032-05-31', '10': '2035-05-31' } },
  ubi: { source: from('endoflife.date/rhel', '2024-11-12', '10'), ends: { '8': '2029-05-31', '9': '2032-05-31', '10': '2035-05-31' } },
};
