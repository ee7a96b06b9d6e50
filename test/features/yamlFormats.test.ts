import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintManifest } from '../../server/src/core/features/lintManifest.ts';
import { formatFix, formatProblem } from '../../server/src/core/yaml/formats.ts';
import { annotated, environments, service, workspace } from './yamlFixture.ts';

const good: Readonly<Record<string, readonly string[]>> = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of manifests
  cron: ['0 9 * * *', '*/5 0-12/2 1,15 jan-mar mon', '0 0 * * 7', '@daily', '${service.name}'],
  rrule: ['FREQ=WEEKLY;BYDAY=FR;BYHOUR=15', 'FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20271231T000000Z'],
  timezone: ['Asia/Shanghai', 'UTC', 'Europe/Berlin'],
  regex: ['^\\d{2}-\\w{3}', ''],
  host: ['order.example.com', '*.example.com', 'localhost'],
  label: ['app', 'app.kubernetes.io/part-of'],
  date: ['2027-02-28', '2028-02-29'],
  hostPort: ['registry.example.com', 'registry.example.com:5000', 'localhost:5000', '10.0.0.1:443', '[::1]:5000'],
  address: ['10.2.0.21', 'it-1.example.com', '::1', 'fd00::1:2', '::ffff:10.0.0.1'],
  url: ['https://loki.example.com', 'http://10.2.0.31:2379/v2', 'https://x.example.com/a?b=c%20d'],
  portRange: ['12200-12299', '8080-8080', '1-65535'],
  image: ['maven', 'build/maven:3.9', 'localhost:5000/a_b/c__d:1', `registry.example.com/maven:3.9@sha256:${'0'.repeat(64)}`],
  signal: ['SIGTERM', 'SIGRTMIN+3', 'SIGWINCH'],
};

const bad: readonly (readonly [string, string, RegExp])[] = [
  ['cron', '0 9 * *', /has 4 fields/],
  ['cron', '60 9 * * *', /`60` is no minute/],
  ['cron', '0 9 * * 1-8', /no day of the week/],
  ['cron', '0 5-2 * * *', /no hour/],
  ['cron', '*/0 * * * *', /no minute/],
  ['rrule', 'BYDAY=FR', /says how often/],
  ['rrule', 'FREQ=WEEKLY;BYDAY=FRI', /does not fit `BYDAY`/],
  ['rrule', 'FREQ=WEEKLY;BYHUOR=15', /`BYHUOR` is no part/],
  ['rrule', 'FREQ=DAILY;BYHOUR=24', /does not fit `BYHOUR`/],
  ['rrule', 'FREQ=DAILY;FREQ=DAILY', /twice/],
  ['rrule', 'FREQ=DAILY;COUNT=1;UNTIL=20270101', /not by both/],
  ['timezone', 'Shanghai', /is no time zone/],
  ['timezone', 'Nowhere/At_All', /is no time zone/],
  ['regex', '(abc', /no regular expression/],
  ['host', 'https://x.example.com/a', /is an address/],
  ['host', 'Order_1.example.com', /no host name/],
  ['label', '-x', /no label/],
  ['label', 'a b/c', /no DNS name/],
  ['date', '2027-02-29', /no day/],
  ['hostPort', 'https://registry.example.com', /is an address/],
  ['hostPort', 'registry.example.com:99999', /`99999` is no port/],
  ['hostPort', '[::1', /no host with a port/],
  ['hostPort', 'a:b:c', /`b:c` is no port/],
  ['hostPort', 'under_score.example.com', /no host name/],
  ['address', '10.2.0.300', /no IP address/],
  ['address', '10.2.0', /no IP address/],
  ['address', 'it-1:2376', /without a port/],
  ['address', 'tcp://it-1', /no address/],
  ['url', 'loki.example.com', /begins with `https:\/\/`/],
  ['url', 'https://me:secret@loki.example.com', /no user and no password/],
  ['url', 'https:///x', /names no host/],
  ['url', 'https://x.example.com/a b', /no blanks/],
  ['portRange', '12299-12200', /runs backwards/],
  ['portRange', '0-10', /`0` is no port/],
  ['portRange', '1-70000', /`70000` is no port/],
  ['image', 'Build/maven', /small letters only: `Build`/],
  ['image', 'maven@sha256:12', /no digest/],
  ['image', 'maven:-1', /no tag/],
  ['image', 'a@b@c', /one digest/],
  ['image', 'reg_1.example.com/a', /no registry/],
  ['image', 'a//b', /cannot be part/],
  ['signal', 'SIGTREM', /no signal/],
  ['signal', 'SIGRTMIN+99', /no signal/],
];

describe('formats', () => {
  for (const [format, texts] of Object.entries(good)) {
    for (const text of texts) it(`${format} takes ${text}`, () => assert.equal(formatProblem(format, text), undefined));
  }
  for (const [format, text, message] of bad) {
    it(`${format} refuses ${text}`, () => assert.match(formatProblem(format, text) ?? '', message));
  }
  it('what was meant is offered', () => {
    assert.equal(formatFix('timezone', 'Asia/Shangai'), 'Asia/Shanghai');
    assert.equal(formatFix('timezone', 'Shanghai'), 'Asia/Shanghai');
    assert.equal(formatFix('hostPort', 'https://registry.example.com/v2'), 'registry.example.com');
    assert.equal(formatFix('url', 'loki.example.com'), 'https://loki.example.com');
    assert.equal(formatFix('image', 'Build/Maven:3.9-A'), 'build/maven:3.9-A');
    assert.equal(formatFix('signal', 'TERM'), 'SIGTERM');
    assert.equal(formatFix('portRange', '20-10'), '10-20');
    assert.equal(formatFix('cron', '* * *'), undefined);
  });
  it('unknown formats take everything', () => assert.equal(formatProblem('colour', 'blue'), undefined));

  it('are checked where they stand', () => {
    const path = 'services/order-api/waybill.yaml';
    const text = `${service}logs: { files: [{ name: a, path: /a, multiline: <|>"(" }] }\n`;
    const file = annotated(path, text);
    const found = lintManifest(workspace({ [path]: file.text }), file.uri).filter(({ rule }) => rule === 'manifest/schema');
    assert.match(found.map(({ message }) => message).join(), /This is no regular expression/);
  });

  it('keys are checked as what they are, and one thing is said in one way', () => {
    const path = 'waybill.environments.yaml';
    const said = (from: string, to: string) => {
      const { text, uri } = annotated(
        path,
        environments.replace(from, () => to),
      );
      const found = lintManifest(workspace({ [path]: text }), uri).filter(({ rule }) => rule === 'manifest/schema');
      return found.map(
        ({ message, range }) => `${text.split('\n')[range.start.line]?.slice(range.start.character, range.end.character)}: ${message}`,
      );
    };
    assert.match(said('labels: { arch: amd64 }', 'labels: { "arch type": amd64 }').join(), /^"arch type": `arch type` is no label/);
    assert.deepEqual(said('key: /etc/key.pem }', 'key: /etc/key.pem, contextName: build }'), [
      'contextName: `contextName` and `ca`, `cert`, `key` say the same in two ways: keep one.',
    ]);
  });
});
