import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatReport } from '../../client/src/cli/lint/formats.ts';
import type { LintReport } from '../../client/src/cli/lint/report.ts';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse.ts';
import { lintDockerfile } from '../../server/src/core/features/lint.ts';
import { dockerfileUri, shop } from '../harness/shop.ts';

const text = 'FROM node:22 AS a\r\n# waybill ignore=jdk/bundled "<&>"\nRUN echo 🐳 && apt-get install foo\nENV API_TOKEN=abc1\n';
const report: LintReport = {
  files: [
    { path: 'a b/Dockerfile', text, findings: lintDockerfile(parseDockerfile(dockerfileUri, text), shop()) },
    { path: 'clean/Dockerfile', text: '', findings: [] },
  ],
  pages: 'https://waybill.example/rules/',
  version: '1.2.3',
  directory: '/work folder',
  colour: false,
};
const findings = report.files.flatMap((file) => file.findings);

/** What the schema of SARIF 2.1.0 asks of the parts that are written here. */
function checkSarif(log: Record<string, unknown>): void {
  assert.deepEqual(Object.keys(log).sort(), ['$schema', 'runs', 'version']);
  assert.equal(log.version, '2.1.0');
  const [run] = log.runs as { tool: { driver: Record<string, unknown> }; results: Record<string, unknown>[]; columnKind: string }[];
  assert.ok(run);
  assert.equal(run.columnKind, 'utf16CodeUnits');
  const rules = run.tool.driver.rules as { id: string; helpUri: string; shortDescription: { text: string } }[];
  assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
  for (const rule of rules) assert.ok(URL.canParse(rule.helpUri) && rule.shortDescription.text !== '');
  for (const result of run.results) {
    assert.equal(rules[Number(result.ruleIndex)]?.id, result.ruleId);
    assert.ok(['error', 'warning', 'note', 'none'].includes(String(result.level)));
    assert.ok((result.message as { text: string }).text !== '');
    for (const { physicalLocation } of result.locations as { physicalLocation: { artifactLocation: { uri: string }; region: Region } }[]) {
      assert.equal(physicalLocation.artifactLocation.uri, 'a%20b/Dockerfile');
      checkRegion(physicalLocation.region);
    }
    for (const fix of (result.fixes ?? []) as {
      artifactChanges: { replacements: { deletedRegion: Region; insertedContent: { text: string } }[] }[];
    }[]) {
      assert.ok(fix.artifactChanges.length > 0);
      for (const { replacements } of fix.artifactChanges) {
        assert.ok(replacements.length > 0);
        for (const { deletedRegion, insertedContent } of replacements) {
          checkRegion(deletedRegion);
          assert.equal(typeof insertedContent.text, 'string');
        }
      }
    }
  }
}

type Region = Readonly<Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>>;

function checkRegion({ startLine, startColumn, endLine, endColumn }: Region): void {
  assert.ok(startLine >= 1 && startColumn >= 1 && (endLine > startLine || (endLine === startLine && endColumn >= startColumn)));
}

describe('the formats of waybill lint', () => {
  it('have something to say here', () => assert.ok(findings.length >= 4 && findings.some(({ fixes }) => fixes.length > 0)));
  it('sarif: a valid log with rules, regions and fixes', async () => {
    const log = JSON.parse(await formatReport('sarif', report));
    checkSarif(log);
    assert.equal(log.runs[0].results.length, findings.length);
    assert.equal(log.runs[0].originalUriBaseIds.ROOT.uri, 'file:///work%20folder/');
    const place = log.runs[0].results.find((result: { ruleId: string }) => result.ruleId === 'package/assume-yes').locations[0];
    assert.deepEqual(place.physicalLocation.region, { startLine: 3, startColumn: 16, endLine: 3, endColumn: 31 });
  });
  it('checkstyle and junit: well-formed XML, every finding once', async () => {
    const checkstyle = await formatReport('checkstyle', report);
    assert.equal(wellFormed(checkstyle).filter((name) => name === 'error').length, findings.length);
    const junit = await formatReport('junit', report);
    const names = wellFormed(junit);
    assert.equal(names.filter((name) => name === 'failure').length, findings.length);
    assert.equal(names.filter((name) => name === 'testsuite').length, 2);
    assert.match(junit, /<testcase classname="clean\/Dockerfile" name="no findings"\/>/);
  });
  it('escape what XML cannot hold', async () => {
    const [first] = findings;
    assert.ok(first);
    const strange = { ...first, message: `a<b> & "c" 'd'\n\u0000\u001b${String.fromCharCode(0xd800)}` };
    const xml = await formatReport('checkstyle', { ...report, files: [{ path: 'x', text: '', findings: [strange] }] });
    assert.match(xml, /message="a&lt;b&gt; &amp; &quot;c&quot; &apos;d&apos;&#10;\ufffd\ufffd\ufffd"/);
    wellFormed(xml);
  });
  it('gitlab: fingerprints differ, and stay when lines are added above', async () => {
    const entries = JSON.parse(await formatReport('gitlab', report));
    assert.equal(entries.length, findings.length);
    const prints = entries.map(({ fingerprint }: { fingerprint: string }) => fingerprint);
    assert.equal(new Set(prints).size, prints.length);
    for (const { severity, location } of entries) {
      assert.ok(['info', 'minor', 'major', 'critical', 'blocker'].includes(severity));
      assert.ok(location.lines.begin >= 1);
    }
    const later = `# a remark\n${text}`;
    const moved = lintDockerfile(parseDockerfile(dockerfileUri, later), shop());
    const again = JSON.parse(
      await formatReport('gitlab', { ...report, files: [{ path: 'a b/Dockerfile', text: later, findings: moved }] }),
    );
    assert.deepEqual(
      again.map(({ fingerprint }: { fingerprint: string }) => fingerprint),
      prints,
    );
  });
  it('github: one command a line', async () => {
    const lines = (await formatReport('github', report)).split('\n');
    assert.equal(lines.length, findings.length);
    for (const line of lines)
      assert.match(line, /^::(error|warning|notice) file=a b\/Dockerfile,line=\d+,endLine=\d+(,col=\d+,endColumn=\d+)?,title=[\w/-]+::./);
  });
  it('text: a value that was found to be a secret is not repeated', async () => {
    const shown = await formatReport('text', report);
    assert.match(shown, /ENV API_TOKEN=\*\*\*\*/);
    assert.doesNotMatch(shown, /abc1/);
  });
});

/** Names of the elements of a document; fails when they are not nested. */
function wellFormed(xml: string): readonly string[] {
  const open: string[] = [];
  const names: string[] = [];
  for (const [, close, name = '', rest = ''] of xml.matchAll(/<(\/?)([a-z]+)((?:\s[a-z]+="[^"<]*")*\s*\/?)>/gi)) {
    if (close) assert.equal(open.pop(), name);
    else {
      names.push(name);
      if (!rest.endsWith('/')) open.push(name);
    }
  }
  assert.deepEqual(open, []);
  assert.equal((xml.match(/</g) ?? []).length, (xml.match(/<(\/?[a-z]|\?xml)/gi) ?? []).length);
  return names;
}
