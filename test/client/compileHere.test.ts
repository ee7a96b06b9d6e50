import assert from 'node:assert/strict';
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compileHere } from '../../client/src/local/compileHere.ts';
import type { BuildEvent } from '../../client/src/ports.ts';
import { contextFolder, failureOf, runs, until } from './dockerBench.ts';

const never = new AbortController().signal;
const quiet = (): void => undefined;

describe('the compile step on this machine', () => {
  it('runs the program in the folder, shows its output, and finds what it made', async () => {
    using folder = contextFolder({ 'src/a.txt': 'a' });
    const events: BuildEvent[] = [];
    const command = ['/bin/sh', '-c', 'mkdir -p target && cp src/a.txt target/a.war && echo made && echo warned >&2'];
    await compileHere({ command, folder: folder.path, outputs: ['target/a.war'] }, (event) => events.push(event), never);
    assert.equal(readFileSync(join(folder.path, 'target/a.war'), 'utf8'), 'a');
    const text = events.flatMap((event) => (event.type === 'output' ? [event.text] : [])).join('');
    assert.ok(text.includes('made\n') && text.includes('warned\n'), text);
    const states = events.flatMap((event) => (event.type === 'step' ? [event.state] : []));
    assert.deepEqual(states, ['started', 'done']);
  });

  it('no shell: what one would expand arrives as it is', async () => {
    using folder = contextFolder({});
    const events: BuildEvent[] = [];
    await compileHere(
      { command: ['/bin/echo', '$HOME', '*', '; x'], folder: folder.path, outputs: [] },
      (event) => events.push(event),
      never,
    );
    assert.ok(events.some((event) => event.type === 'output' && event.text === '$HOME * ; x\n'));
  });

  it('a command that fails is told with its last words', async () => {
    using folder = contextFolder({});
    const command = ['/bin/sh', '-c', 'echo cannot find symbol >&2; exit 3'];
    const error = await failureOf(compileHere({ command, folder: folder.path, outputs: [] }, quiet, never));
    assert.equal(error.waybill, 'build-failed');
    assert.match(error.message, /ended with status 3.*\ncannot find symbol/);
  });

  it('a program that is not there is told', async () => {
    using folder = contextFolder({});
    const error = await failureOf(compileHere({ command: ['no-such-program'], folder: folder.path, outputs: [] }, quiet, never));
    assert.match(error.message, /`no-such-program` of `build.artifact.command` cannot be started \(ENOENT\)/);
  });

  it('an output that is missing, or was there before, is no success', async () => {
    using folder = contextFolder({ 'old.war': 'x' });
    utimesSync(join(folder.path, 'old.war'), 1, 1);
    const of = (output: string) => failureOf(compileHere({ command: ['/bin/true'], folder: folder.path, outputs: [output] }, quiet, never));
    assert.match((await of('gone.war')).message, /`gone.war` is not there/);
    assert.match((await of('old.war')).message, /`old.war` was there before the command ran and was not made anew/);
  });

  it('cancel ends it and all that it started, also what takes no notice', async () => {
    using folder = contextFolder({});
    const stop = new AbortController();
    const command = ['/bin/sh', '-c', "trap '' TERM; sleep 4711.25 & sleep 4711.5; true"];
    const running = compileHere({ command, folder: folder.path, outputs: [] }, quiet, stop.signal);
    await until(() => runs('sleep', '4711.25') && runs('sleep', '4711.5'), 5, 'it runs');
    stop.abort(new Error('cancelled'));
    await assert.rejects(running, /cancelled/);
    await until(() => !runs('sleep', '4711.25') && !runs('sleep', '4711.5'), 8, 'nothing runs');
  });
});
