/** Fifty places in manifests, what is asked there, and what a useful answer holds. */
import { environments, files, service, standards } from '../yamlFixture.ts';

export type Question = 'completion' | 'hover' | 'diagnostics' | 'definition' | 'rename' | 'fix';

export interface Place {
  readonly name: string;
  readonly question: Question;
  readonly path: string;
  /** The file with the cursor's mark `<|>`. */
  readonly text: string;
  /** A label among the first ten; a part of the hover, message, target or title; for a rename the number of edits. */
  readonly wants: string;
}

const manifest = 'services/order-api/waybill.yaml';
const company = 'waybill.standards.yaml';
const places = 'waybill.environments.yaml';
const texts: Readonly<Record<string, string>> = { [manifest]: service, [company]: standards, [places]: environments };

/** A place in one of the files, with one text in it exchanged for another that has the cursor. */
function at(question: Question, name: string, path: string, [from, to]: readonly [string, string], wants: string): Place {
  const text = texts[path] ?? '';
  if (!text.includes(from)) throw new Error(`${name}: the file has no ${from}`);
  return { name, question, path, text: text.replace(from, () => to), wants };
}

export const beside: readonly Place[] = [
  at('completion', 'a key at the top, the line empty', manifest, ['scale: { replicas: 2 }\n', '<|>\n'], 'scale'),
  at('completion', 'a key at the top, half typed', manifest, ['scale: { replicas: 2 }\n', 'sc<|>\n'], 'scale'),
  at('completion', 'a key below another, the line empty', manifest, ['  tag: "{branch}-{sha:8}"', '  <|>'], 'tag'),
  at('completion', 'a key in a flow map', manifest, ['{ replicas: 2 }', '{ <|> }'], 'replicas'),
  at('completion', 'a key in a flow map that is not closed', manifest, ['{ replicas: 2 }', '{ <|>'], 'replicas'),
  at('completion', 'a key of an entry of a list', manifest, ['{ name: http, port: 8080 }', '{ name: http, <|> }'], 'port'),
  at('completion', 'a key that its children have lost', manifest, ['build:\n', '<|>\n'], 'build'),
  at('completion', 'a word of an enumeration', manifest, ['scale: { replicas: 2 }', 'expose:\n  type: <|>'], 'NodePort'),
  at('completion', 'true or false', manifest, ['scale: { replicas: 2 }', 'logs:\n  stdout: <|>'], 'false'),
  at('completion', 'the name of a base image', manifest, ['base: java-tomcat-9', 'base: <|>'], 'legacy-php'),
  at('completion', 'the name of another service', manifest, ['[user-api]', '[<|>]'], 'user-api'),
  at(
    'completion',
    'the environments of the product',
    manifest,
    ['  production:\n    scale: { replicas: 6 }\n', '  <|>\n  x-rest:\n'],
    'production',
  ),
  at(
    'completion',
    'a port of the same file',
    manifest,
    ['readiness: { http: { port: http, path: /ready }, period: 5s }', 'readiness:\n    http:\n      port: <|>'],
    'hsf',
  ),
  at(
    'completion',
    'the key of a secret',
    manifest,
    ['DB_PASSWORD: { secret: { name: order-db, key: password } }', 'DB_PASSWORD:\n    secret:\n      name: order-db\n      key: <|>'],
    'password',
  ),
  at(
    'completion',
    'a version with its end of life',
    manifest,
    ['standards: net-alliance', 'standards: net-alliance\njdk: { version: <|> }'],
    '21',
  ),
  at('completion', 'a variable that is filled in', manifest, [`\${environment.name}/`, `\${<|>/`], `\${environment.name}`),
  at('completion', 'a required variable in an override', manifest, ['{ DB_URL: "jdbc:it" }', '{ <|> }'], 'DB_URL'),
  at('completion', 'a rule in the standards', company, ['osImages:', 'severity:\n  base/<|>\nosImages:'], 'base/alias'),
  at('hover', 'a key', manifest, ['scale: { replicas: 2 }', 'scale: { repl<|>icas: 2 }'], 'Number of instances'),
  at('hover', 'the default of a key', manifest, ['scale: { replicas: 2 }', 'scale: { repl<|>icas: 2 }'], 'Default'),
  at('hover', 'the value in every environment', manifest, ['scale: { replicas: 2 }', 'scale: { repl<|>icas: 2 }'], '`production`: `6`'),
  at('hover', 'what a base image is', manifest, ['base: java-tomcat-9', 'base: java<|>-tomcat-9'], 'rocky-9'),
  at('hover', 'a word of an enumeration', manifest, ['network: { mode: host }', 'network: { mode: ho<|>st }'], 'address of the machine'),
  at('hover', 'a key in the environments', places, ['createNamespace: true', 'createNames<|>pace: true'], 'created'),
  at('diagnostics', 'an unknown key', manifest, ['scale: { replicas: 2 }', 'scale: { <|>replica: 2 }'], 'replica'),
  at(
    'diagnostics',
    'a word that is none of the enumeration',
    manifest,
    ['network: { mode: host }', 'network: { mode: <|>hosts }'],
    'hosts|not accepted',
  ),
  at('diagnostics', 'a key that is missing', manifest, ['  repository: registry.example.com/zero-dsp/order-api\n', '<|>'], 'repository'),
  at(
    'diagnostics',
    'a key that is there twice',
    manifest,
    ['scale: { replicas: 2 }', 'scale: { replicas: 2, <|>replicas: 3 }'],
    'twice|unique|duplicate',
  ),
  at('diagnostics', 'an amount of memory with a unit that is none', manifest, ['memory: 1Gi', 'memory: <|>1GB'], 'Memory is'),
  at(
    'diagnostics',
    'a schedule with an hour that is none',
    manifest,
    ['scale: { replicas: 2 }', 'scale: { schedule: [{ min: 1, cron: <|>"0 25 * * *" }] }'],
    'hour',
  ),
  at('diagnostics', 'a range of ports that runs backwards', manifest, ['range: 12200-12299', 'range: <|>12299-12200'], 'backwards'),
  at('diagnostics', 'a day that is none', company, ['eol: 2027-10-31', 'eol: <|>2027-02-30'], '2027-02-30'),
  at('diagnostics', 'a base image that nothing defines', manifest, ['base: java-tomcat-9', 'base: <|>java-tomcat-8'], 'java-tomcat-8'),
  at('diagnostics', 'an environment that nothing defines', manifest, ['  dev:\n', '  <|>devel:\n'], 'devel'),
  at('diagnostics', 'a variable that is not filled in', manifest, [`\${environment.name}/`, `<|>\${environment.nam}/`], 'environment.nam'),
  at(
    'diagnostics',
    'more memory set aside than allowed',
    manifest,
    ['limits: { memory: 2Gi }', 'limits: { <|>memory: 512Mi }'],
    '512Mi|memory',
  ),
  at('diagnostics', 'a version that YAML reads as a number', company, ['version: "17"', 'version: <|>9.10'], 'quotes|string'),
  at('diagnostics', 'a tab as indentation', manifest, ['  base: java-tomcat-9', '<|>\tbase: java-tomcat-9'], '[Tt]ab'),
  at('definition', 'from a base image to the standards', manifest, ['base: java-tomcat-9', 'base: java<|>-tomcat-9'], company),
  at('definition', 'from an environment to its file', manifest, ['  production:\n', '  produc<|>tion:\n'], places),
  at('definition', 'from a port to its entry', manifest, ['{ port: http, path', '{ port: ht<|>tp, path'], manifest),
  at(
    'definition',
    'from an alias to its anchor',
    manifest,
    ['scale: { replicas: 2 }', 'scale: &scale { replicas: 2 }\nx-other: *sca<|>le'],
    manifest,
  ),
  at('rename', 'a service, in its own and in other files', manifest, ['name: order-api', 'name: order<|>-api'], '1'),
  at('rename', 'an environment, everywhere', places, ['- name: production', '- name: produc<|>tion'], '2'),
  at('rename', 'a port with its uses', manifest, ['{ name: http, port', '{ name: ht<|>tp, port'], '2'),
  at(
    'rename',
    'an anchor with its aliases',
    manifest,
    ['scale: { replicas: 2 }', 'scale: &sca<|>le { replicas: 2 }\nx-other: *scale'],
    '2',
  ),
  at('fix', 'a slip in a key', manifest, ['scale: { replicas: 2 }', 'scale: { <|>replicsa: 2 }'], 'replicas'),
  at('fix', 'a slip in a word', manifest, ['network: { mode: host }', 'network: { mode: <|>hots }'], 'host'),
  at('fix', 'a number without its unit', manifest, ['period: 5s', 'period: <|>5'], '5s'),
  at('fix', 'the name of a base image', manifest, ['base: java-tomcat-9', 'base: <|>java-tomcat-8'], 'java-tomcat-9'),
];

export const others: Readonly<Record<string, string>> = files;
