import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { BuildEvent } from '../../client/src/ports.ts';
import type { BuildArtifact } from '../../server/src/protocol.ts';
import type { EngineHandle, Generation } from '../bench/engine.ts';
import { pushImage } from '../bench/images.ts';
import { account, bench, unavailable } from '../bench/shared.ts';
import { contextFolder, failureOf, open, runs, tlsHost, until } from './dockerBench.ts';

const skip = unavailable('engine', 'registry', 'build-engine');
const generations: readonly Generation[] = ['20.10', '29'];

for (const generation of generations) {
  describe(`the compile step in a container of Docker Engine ${generation}`, { skip, timeout: 120_000 }, () => {
    let engine: EngineHandle;
    let container: string;
    let host: string;
    const never = new AbortController().signal;

    before(async () => {
      engine = await bench().engine(generation);
      host = (await bench().registryWithAccount()).host;
      const image = `${host}/build/tools${generation.replace('.', '')}`;
      container = `${image}:1@${await pushImage(`${image}:1`, { user: '1000' }, account)}`;
    });

    async function compile(artifact: Omit<BuildArtifact, 'container'>, signal = never): Promise<readonly BuildEvent[]> {
      using opened = open(tlsHost(engine), { [host]: account });
      const events: BuildEvent[] = [];
      await opened.engine.compile({ ...artifact, container }, (event) => events.push(event), signal);
      return events;
    }

    const left = async (): Promise<string> => await engine.docker('ps', '-aq', '--filter', 'label=waybill.dev/artifact');

    it('sends the folder, shows the output, brings files and folders back, and leaves nothing', async () => {
      using folder = contextFolder({ 'src/a.txt': 'hällo', '.git/config': 'x', 'node_modules/m': 'x', 'target/stale': 'x' });
      const script =
        'find . | sort; mkdir -p target/lib && cp src/a.txt target/a.war && echo x > target/lib/x.jar && chmod +x target/lib/x.jar';
      const events = await compile({
        command: ['/bin/sh', '-c', script],
        folder: folder.path,
        outputs: ['target/a.war', 'target/lib'],
        exclude: ['node_modules'],
      });
      assert.equal(readFileSync(join(folder.path, 'target/a.war'), 'utf8'), 'hällo');
      assert.equal(readFileSync(join(folder.path, 'target/lib/x.jar'), 'utf8'), 'x\n');
      const text = events.flatMap((event) => (event.type === 'output' ? [event.text] : [])).join('');
      assert.ok(text.includes('./src/a.txt\n') && text.includes('./target/stale\n'), text);
      assert.ok(!text.includes('.git') && !text.includes('node_modules'), text);
      assert.equal(await left(), '');
    });

    it('a failing command, a missing output and a stale one are told; nothing stays', async () => {
      using folder = contextFolder({ 'old.war': 'x' });
      const of = (script: string, ...outputs: string[]) =>
        failureOf(compile({ command: ['/bin/sh', '-c', script], folder: folder.path, outputs }));
      assert.match((await of('echo cannot find symbol >&2; exit 3')).message, /ended with status 3.*\ncannot find symbol/);
      assert.match((await of('true', 'gone.war')).message, /`gone.war` is not there/);
      assert.match((await of('true', 'old.war')).message, /`old.war` was there before the command ran/);
      assert.match((await of('ln -s /etc/passwd link', 'link')).message, /which is a symlink and no file/);
      assert.match((await of('echo x >../outside', '../outside')).message, /outside of the folder/);
      assert.ok(!existsSync(join(folder.path, '../outside')));
      assert.equal(await left(), '');
    });

    it('a secret in the folder is found before it leaves the machine; an image that moves is refused', async () => {
      using folder = contextFolder({ '.env': 'A=b' });
      const artifact = { command: ['/bin/true'], folder: folder.path, outputs: [] };
      assert.match((await failureOf(compile(artifact))).message, /The folder that is compiled holds a secret: \.env/);
      await compile({ ...artifact, exclude: ['.env'] });
      using opened = open(tlsHost(engine));
      const moving = opened.engine.compile({ ...artifact, container: 'maven:3' }, () => undefined, never);
      assert.equal((await failureOf(moving)).waybill, 'refused');
    });

    it('cancel removes the container and what runs in it', async () => {
      using folder = contextFolder({});
      const stop = new AbortController();
      const number = `48${generation.replace('.', '')}`;
      const running = failureOf(compile({ command: ['/bin/sleep', number], folder: folder.path, outputs: [] }, stop.signal));
      await until(() => runs('/bin/sleep', number), 30, 'it runs');
      stop.abort();
      assert.equal((await running).waybill, 'cancelled');
      await until(() => !runs('/bin/sleep', number), 10, 'nothing runs');
      assert.equal(await left(), '');
    });
  });
}
