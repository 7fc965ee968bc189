// The systemd unit in deploy/: it is understood, and leaves the service little to do harm with.

import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { Child, run } from '../support/process.ts';
import { binary, repository } from '../support/server.ts';

const UNIT = join(repository, 'deploy/systemd/directfanz.service');
const HIGHEST_EXPOSURE = 3;

describe('the systemd unit', () => {
    let folder: string;

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'directfanz-systemd-'));
    });

    after(async () => {
        await rm(folder, { recursive: true, force: true });
    });

    test(`is exposed by less than ${HIGHEST_EXPOSURE}, as systemd counts`, async () => {
        const said = await run('systemd-analyze', ['security', '--offline=true', UNIT]);
        const exposure = /Overall exposure level for \S+: ([\d.]+)/.exec(said)?.[1];
        assert.ok(exposure, said);
        assert.ok(Number(exposure) < HIGHEST_EXPOSURE, exposure);
    });

    test('is understood without a warning', async () => {
        // The program need not be installed where the test runs.
        const text = await readFile(UNIT, 'utf8');
        const copy = join(folder, 'directfanz.service');
        await writeFile(
            copy,
            text
                .replaceAll('/usr/local/bin/directfanz', '/bin/true')
                .replace(/^Documentation=.*\n/m, ''),
        );
        // As it is, and with graphics cards.
        for (const dropIn of [undefined, 'gpu.conf']) {
            if (dropIn !== undefined) {
                await mkdir(`${copy}.d`);
                await copyFile(join(dirname(UNIT), dropIn), join(`${copy}.d`, dropIn));
            }
            const child = new Child('systemd-analyze', ['verify', copy]);
            const { code } = await child.exited;
            assert.equal(code, 0, child.output);
            assert.doesNotMatch(child.output, /directfanz/);
        }
    });

    test('starts the program with flags that it has', async () => {
        const help = await run(binary, ['serve', '--help']);
        for (const file of [UNIT, UNIT.replace('directfanz.service', 'tls.conf')]) {
            const text = await readFile(file, 'utf8');
            const flags = /^ExecStart=\S+ serve (.*)$/m.exec(text)?.[1]?.match(/--[a-z-]+/g) ?? [];
            assert.ok(flags.length > 0, file);
            for (const flag of flags) assert.match(help, new RegExp(`${flag}\\b`));
        }
    });

    test('that does not listen keeps nobody from starting', async () => {
        const child = new Child(
            binary,
            [
                ...['serve', '--data', join(folder, 'data')],
                ...['--http', '127.0.0.1:0', '--rtmp', '127.0.0.1:0'],
            ],
            { env: { PATH: process.env['PATH'], NOTIFY_SOCKET: join(folder, 'nobody') } },
        );
        const started = new Promise((resolve) => child.process.stdout?.once('data', resolve));
        await Promise.race([started, child.exited]);
        const { code } = await child.stop();
        assert.equal(code, 0, child.output);
        assert.match(child.output, /supervisor_not_told/);
    });
});
