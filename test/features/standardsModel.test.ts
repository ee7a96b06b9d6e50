import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { type BuiltinSource, builtinComponents, builtinSystems, packageName } from '../../server/src/core/standards/builtinComponents.ts';
import { copyDigest, lockText, readLock } from '../../server/src/core/standards/lock.ts';
import { mergeStandards } from '../../server/src/core/standards/merge.ts';
import { parseStandards } from '../../server/src/core/standards/parse.ts';
import { readReference } from '../../server/src/core/standards/reference.ts';
import { sha256 } from '../../server/src/core/text/sha256.ts';
import { parseYaml } from '../../server/src/core/yaml/parse.ts';

const read = (name: string, text: string) => parseStandards(`file:///${name}.yaml`, `metadata: { name: ${name} }\n${text}`).standards;
const child = (parent: string, own: string) => mergeStandards(read('parent', parent), read('child', own), 'child');

describe('standards that extend others', () => {
  it('take the policy that they do not state, and cannot make it looser', () => {
    const parent = `allowedRegistries: [a, b]
policy:
  from: { digest: required }
  user: { uid: 10001, name: app }
  directories: { app: /opt/app }
  packages: { forbid: [telnet] }
  protected: { env: [PATH], entrypoint: true }
  logs: { require: stdout }
  downloads: { allow: [x, y], mirrors: { "https://z": "https://x/z" } }
  network: { hostModeAllowedFor: [hsf] }
  suppressions: { reason: required }
`;
    const own = `allowedRegistries: [b, c]
policy:
  from: { digest: "off" }
  user: { uid: 0 }
  directories: { app: /srv, logs: /logs }
  packages: { forbid: [nmap] }
  protected: { env: [JAVA_HOME], entrypoint: false }
  logs: { require: any }
  downloads: { allow: [y, w] }
  network: { hostModeAllowedFor: [hsf, other] }
  suppressions: { reason: optional }
`;
    const { policy, allowedRegistries } = child(parent, own);
    assert.deepEqual(allowedRegistries, ['b']);
    assert.deepEqual([policy.digest, policy.uid, policy.userName, policy.logs], ['required', 10001, 'app', 'stdout']);
    assert.deepEqual(policy.directories, { app: '/opt/app', logs: '/logs' });
    assert.deepEqual(policy.forbiddenPackages, ['telnet', 'nmap']);
    assert.deepEqual(policy.protected, { env: ['PATH', 'JAVA_HOME'], entrypoint: true });
    assert.deepEqual(policy.downloads?.allow, ['y']);
    assert.deepEqual(policy.hostModeAllowedFor, ['hsf']);
    assert.equal(policy.suppressionReason, true);
    assert.equal(policy.places?.get('user.uid')?.uri, 'file:///parent.yaml');
    assert.equal(policy.places?.get('directories.logs')?.uri, 'file:///child.yaml');
    assert.deepEqual(child(parent, '').policy, read('parent', parent).policy);
  });

  it('may be stricter, and looser where the parent says overridable', () => {
    const strict = child(
      'policy: { from: { digest: recommended }, logs: { require: any } }',
      'policy: { from: { digest: required }, logs: { require: stdout } }',
    );
    assert.deepEqual([strict.policy.digest, strict.policy.logs], ['required', 'stdout']);
    const free = child(
      'policy: { from: { digest: required, overridable: true }, user: { uid: 1, overridable: true } }\nseverity: { a/b: { level: error, overridable: true }, "c/*": warning }',
      'policy: { from: { digest: "off" }, user: { uid: 2 } }\nseverity: { a/b: hint, c/d: "off", e/f: "off" }',
    );
    assert.deepEqual([free.policy.digest, free.policy.uid], ['off', 2]);
    assert.deepEqual(free.severity, { 'a/b': 'hint', 'c/*': 'warning', 'e/f': 'off' });
  });

  it('find names of secrets by either pattern', () => {
    const { policy } = child('policy: { env: { secretNamePattern: passwd } }', 'policy: { env: { secretNamePattern: token } }');
    assert.match('MY_TOKEN', new RegExp(policy.secretNamePattern, 'i'));
    assert.match('MY_PASSWD', new RegExp(policy.secretNamePattern, 'i'));
  });
});

describe('references and locks', () => {
  it('are read as what they are', () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    assert.deepEqual(readReference('git:ssh://git@git.example.com:22/a.git#v1:x/y.yaml'), {
      kind: 'git',
      repository: 'ssh://git@git.example.com:22/a.git',
      revision: 'v1',
      path: 'x/y.yaml',
    });
    assert.deepEqual(readReference('git:git@example.com:a.git#main'), {
      kind: 'git',
      repository: 'git@example.com:a.git',
      revision: 'main',
      path: 'waybill.standards.yaml',
    });
    assert.deepEqual(readReference(`oci:localhost:5000/a/b@${digest}`), { kind: 'oci', repository: 'localhost:5000/a/b', digest });
    for (const text of ['git:a', 'git:#x', 'git:a#--upload-pack=x', 'git:a#b:/etc/x', 'oci:a:1', 'http://x', ''])
      assert.equal(readReference(text), undefined, text);
  });

  it('say the same when read again, whatever the names', () => {
    const pins = {
      images: [
        { ref: 'b: "x"', digest: 'sha256:1' },
        { ref: 'a', digest: 'sha256:2' },
      ],
      extends: [{ ref: 'git:a#b', digest: 'sha256:3', commit: '12' }],
    };
    const lock = readLock('file:///w/waybill.lock.yaml', parseYaml(lockText(pins, '1.0')).root);
    assert.deepEqual(
      lock.images.map(({ ref }) => ref),
      ['a', 'b: "x"'],
    );
    assert.deepEqual(
      lock.extends.map(({ commit }) => commit),
      ['12'],
    );
  });

  it('hash as sha256sum does', () => {
    const hex = (text: string) => createHash('sha256').update(text).digest('hex');
    for (const text of ['', 'abc', 'ü€😀'.repeat(33), 'a'.repeat(55), 'a'.repeat(56), 'a'.repeat(64), 'a'.repeat(10_000)])
      assert.equal(sha256(text), hex(text));
    assert.equal(
      copyDigest([
        { path: 'b', text: '2' },
        { path: 'a', text: '1' },
      ]),
      `sha256:${hex(`${hex('1')}  a\n${hex('2')}  b\n`)}`,
    );
  });
});

/** Each date has a page that it was compared with, or says that it has none. */
function sourced(name: string, { page, asOf, unverified }: BuiltinSource, lines: readonly string[]): void {
  assert.match(asOf, /^\d{4}-\d\d-\d\d$/, name);
  for (const line of unverified) assert.ok(lines.includes(line), `${name} ${line}`);
  if (!page) assert.deepEqual(unverified, lines, name);
}

describe('the catalogue of components', () => {
  it('has dates, one default each that is supported, and partners that know each other', () => {
    for (const [name, { versions, source, conflicts = [] }] of Object.entries(builtinComponents)) {
      sourced(
        name,
        source,
        versions.map(({ version }) => version),
      );
      for (const { version, eol } of versions)
        if (eol !== null) assert.ok(!Number.isNaN(Date.parse(eol)) && /^\d{4}-\d\d-\d\d$/.test(eol), `${name} ${version}`);
      const [chosen, ...others] = versions.filter((version) => version.default);
      assert.ok(chosen && others.length === 0, name);
      assert.ok(chosen.eol === null || chosen.eol > source.asOf, `${name} ${chosen.version}`);
      assert.equal(new Set(versions.map(({ version }) => version)).size, versions.length, name);
      for (const other of conflicts) assert.ok(builtinComponents[other]?.conflicts?.includes(name), `${name} ${other}`);
    }
    for (const [system, { ends, source }] of Object.entries(builtinSystems)) {
      sourced(system, source, Object.keys(ends));
      for (const end of Object.values(ends)) assert.match(end, /^\d{4}-\d\d-\d\d$/, system);
    }
  });

  it('knows what packages are called', () => {
    assert.equal(packageName('jdk', 'rhel', '8'), 'java-1.8.0-openjdk-headless');
    assert.equal(packageName('jdk', 'alpine', '21'), 'openjdk21-jre-headless');
    assert.equal(packageName('php-fpm', 'alpine', '8.4'), 'php84-fpm');
    assert.equal(packageName('tomcat', 'alpine', '9.0'), undefined);
  });

  it('fills in what builtin components and known systems do not say', () => {
    const standards = read(
      'a',
      'components: [{ name: jdk, builtin: true, versions: [{ version: "17" }, { version: "21", eol: 2040-01-01 }] }, { name: tomcat, builtin: true }, { name: node }]\nosImages: [{ name: a, image: r/os/alpine, version: 3.22.1 }, { name: b, image: r/os/mine, version: "3.22" }]\n',
    );
    const [jdk, tomcat, node] = standards.components;
    assert.deepEqual(
      jdk?.versions.map(({ eol }) => eol),
      ['2027-10-31', '2040-01-01'],
    );
    assert.deepEqual(tomcat?.versions.find(({ version }) => version === '11.0')?.requires, { jdk: '>=17' });
    assert.deepEqual(node?.versions, []);
    assert.deepEqual(
      standards.images.map(({ eol }) => eol),
      ['2027-05-01', undefined],
    );
  });
});
