// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of manifests
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hoverManifest } from '../../server/src/core/features/hoverManifest.ts';
import { recurrenceInWords, secondsInWords } from '../../server/src/core/features/schedules.ts';
import { schedules } from '../../server/src/lsp/schedules.ts';
import { annotated, environments, present, service, standards } from './yamlFixture.ts';

const clock = schedules(() => new Date('2026-11-24T10:00:00Z'));

/** The hover where `<|>` is put in front of a piece of a file of the sample. */
function hover(path: string, text: string, before: string): string {
  const at = text.indexOf(before);
  assert.ok(at >= 0, before);
  const file = annotated(path, `${text.slice(0, at)}<|>${text.slice(at)}`);
  return present(hoverManifest(file.workspace, file.uri, present(file.cursor), clock)).markdown;
}

const manifest = 'services/order-api/waybill.yaml';

describe('hover in manifests', () => {
  it('tells the effective value with the line that it comes from; environments that agree share a row', () => {
    const text = hover(manifest, service, '2 }\ncanary');
    assert.match(text, /- `dev`: `2` \(this line\)/);
    assert.match(text, /- `it`: `1` \(\[line 36\]\(file:\/\/\/w\/services\/order-api\/waybill.yaml#L36\)\)/);
    assert.match(text, /- `production`: `6` \(\[line 41\]/);
    const mode = hover(manifest, service, '"${environment.name}/');
    assert.match(mode, /- `dev`: `dev\/zero-dsp` \(this line\)/);
    const surge = service.replace('scale: { replicas: 2 }', 'rollout: { maxSurge: 1 }');
    assert.match(hover(manifest, surge, '1 }\ncanary'), /- `dev`, `production`: `1` \(this line\)/);
  });

  it('adds up what all instances ask for', () => {
    const text = hover(manifest, service, 'cpu: 500m');
    assert.match(text, /\| `dev` \| 2 \| 200m \(100m each\) \| 2Gi \(1Gi each\) \| – \|/);
    assert.match(text, /\| `production` \| 6 \| 3 \(500m each\) \| 6Gi \(1Gi each\) \| 12Gi \(2Gi each\) \|/);
    const auto = service.replace('scale: { replicas: 6 }', 'scale: { replicas: 6, auto: { min: 6, max: 20, cpu: 70 } }');
    assert.match(hover(manifest, auto, 'memory: 1Gi'), /\| `production` \| 6–20 \| 3–10 \(500m each\) \|/);
  });

  it('tells where a port is reached', () => {
    const text = hover(manifest, service, 'http, port: 8080');
    assert.match(text, /- `dev`: `http` port 8080 of the container, `order-api.zero-dsp-dev:8080` in the cluster/);
    assert.match(text, /- `it`: `http` on port 8080 of the host/);
    assert.match(
      text,
      /- `production`: `http` port 8080 of the container, \[http:\/\/order.example.com\/\]\(http:\/\/order.example.com\/\) through the Gateway/,
    );
    assert.match(hover(manifest, service, 'hsf, port'), /- `it`: `hsf` on a port of 12200–12299 of the host/);
    assert.match(hover(manifest, service, 'host: order.example.com'), /`hsf` port 12200 of the container/);
  });

  it('resolves a base image to its digest', () => {
    const text = hover(manifest, service, 'java-tomcat-9');
    assert.match(text, /Resolves to `registry.example.com\/base\/java-tomcat@sha256:0123456789ab…/);
    assert.match(text, /waybill.standards.yaml line \d+\]\(file:\/\/\/w\/waybill.standards.yaml#L\d+\)/);
  });

  it('says a schedule in words, with its next times in its time zone', () => {
    const scheduled = service.replace(
      'scale: { replicas: 6 }',
      'scale: { replicas: 6, schedule: [{ cron: "0 9 * * 1-5", timezone: Asia/Shanghai, min: 12, until: "0 23 * * *" }] }',
    );
    const text = hover(manifest, scheduled, '"0 9');
    assert.match(text, /At 09:00, Monday through Friday \(Asia\/Shanghai\)/);
    assert.match(text, /- Wed, 25 Nov 2026, 09:00\n- Thu, 26 Nov 2026, 09:00\n- Fri, 27 Nov 2026, 09:00/);
  });

  it('says amounts in other units where that tells more', () => {
    const text = hover(manifest, service.replace('period: 5s', 'period: 90s'), '90s');
    assert.match(text, /= 1 min 30 s/);
    assert.ok(!hover(manifest, service, '5s }').includes('= 5 s'));
    assert.match(hover(manifest, service, '1Gi }'), /= 1,073,741,824 bytes/);
  });

  it('tells where the JDK comes from', () => {
    const text = hover(manifest, `${service}jdk: {}\n`, 'jdk: {}');
    assert.match(text, /- `dev`: JDK `21` \(from the standards, \[waybill.standards.yaml line \d+\]/);
    assert.match(text, /`hostMount` \(from the standards/);
  });

  it('says a window in words, and which image a digest is', () => {
    const guarded = environments.replace(
      'approvals: { count: 1 } }',
      'windows: [{ name: freeze, kind: deny, rrule: "FREQ=WEEKLY;BYDAY=FR;BYHOUR=15", duration: 9h, timezone: Asia/Shanghai }] }',
    );
    assert.match(hover('waybill.environments.yaml', guarded, '"FREQ'), /Closed every week on Friday at 15:00 for 9 h \(Asia\/Shanghai\)\./);
    assert.match(
      hover('waybill.standards.yaml', standards, 'sha256:'),
      /`registry.example.com\/os\/rocky:9.6-2`, the current image of `rocky-9`/,
    );
  });
});

describe('recurrences in words', () => {
  it('are said with days, months, times and ends', () => {
    assert.equal(recurrenceInWords('FREQ=DAILY'), 'every day');
    assert.equal(
      recurrenceInWords('FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR,2MO;BYHOUR=9,18;BYMINUTE=30;UNTIL=20271231'),
      'every 2 months on the last Friday and the second Monday at 09:30 and 18:30 until 2027-12-31',
    );
    assert.equal(
      recurrenceInWords('FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,-1;COUNT=3'),
      'every year on the 24. and last day in December 3 times',
    );
    assert.equal(recurrenceInWords('FREQ=YEARLY;BYWEEKNO=20'), undefined);
    assert.equal(recurrenceInWords('x'), undefined);
    assert.deepEqual([0.5, 5, 60, 5400, 90061].map(secondsInWords), ['0.5 s', '5 s', '1 min', '1 h 30 min', '1 d 1 h 1 min 1 s']);
  });

  it('of texts that are no schedule there are none', () => {
    assert.equal(clock.inWords('x', undefined), undefined);
    assert.equal(clock.inWords('0 9 * * *', 'No/Where'), undefined);
    assert.equal(clock.inWords('@daily', 'Europe/Berlin')?.next[0], 'Wed, 25 Nov 2026, 00:00');
  });
});
