// Disks that fill up or go away, and data that is not ours: one clear sentence and the end, or on with what still
// works. Needs root, for file systems of its own.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';

import { Follower } from '../support/follow.ts';
import { Child, run } from '../support/process.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { needRoot } from '../support/root.ts';
import { binary, startServer, type Server } from '../support/server.ts';

let folder: string;

before(async () => {
    needRoot();
    folder = await mkdtemp(join(tmpdir(), 'directfanz-disasters-'));
});

after(async () => {
    await rm(folder, { recursive: true, force: true });
});

/** A file system of a few MB in `folder`/`name`, gone when `use` ends. */
async function withDisk(name: string, use: (disk: string) => Promise<void>): Promise<void> {
    const disk = join(folder, name);
    await mkdir(disk);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
    try {
        await use(disk);
    } finally {
        await run('umount', ['--lazy', disk]);
    }
}

/** Leaves not a byte free. */
async function fill(disk: string): Promise<void> {
    const full = writeFile(join(disk, 'fill'), Buffer.alloc(8 << 20));
    await assert.rejects(full, { code: 'ENOSPC' });
}

/** Starts the program, which is expected to give up, and checks that it says why in one line. */
async function fails(args: readonly string[], sentence: RegExp): Promise<void> {
    const child = new Child(binary, args);
    const { code } = await child.exited;
    assert.equal(code, 1, child.output);
    const said = child.output
        .trim()
        .split('\n')
        .filter((line) => !/^\d{4}-\d\d-\d\dT/.test(line));
    assert.equal(said.length, 1, child.output);
    assert.match(said[0] ?? '', sentence);
}

const serve = (data: string): string[] => [
    ...['serve', '--data', data, '--http', '127.0.0.1:0', '--rtmp', '127.0.0.1:0'],
];

describe('a start that cannot be', () => {
    test('on a full disk', async () => {
        await withDisk('full', async (disk) => {
            await fill(disk);
            await fails(serve(disk), /disk.*full|No space left/);
            await fails(['stream', 'create', '--data', disk, '--title', 'x'], /full/);
        });
    });

    test('on a disk that is read-only, or where no folder can be made', async () => {
        await withDisk('read-only', async (disk) => {
            await run('mount', ['-o', 'remount,ro', disk]);
            await fails(serve(disk), /cannot use the data folder .*Read-only/);
            await fails(
                serve(join(disk, 'deep', 'down')),
                /cannot use the data folder .*Read-only/,
            );
        });
        await fails(serve('/proc/nowhere'), /cannot use the data folder \/proc\/nowhere/);
    });

    test('with the database of a newer program', async () => {
        const data = join(folder, 'newer');
        await run(binary, ['stream', 'create', '--data', data, '--title', 'x']);
        const database = new DatabaseSync(join(data, 'directfanz.db'));
        database.exec(`INSERT INTO schema_migrations VALUES (9999, 'from the future', 0)`);
        database.close();
        await fails(serve(data), /newer/);
        await fails(['stream', 'list', '--data', data], /newer/);
    });

    test('with a database that is none', async () => {
        const data = join(folder, 'damaged');
        await mkdir(data);
        await writeFile(join(data, 'directfanz.db'), Buffer.alloc(100_000, 'no database'));
        await fails(serve(data), /damaged or not a database/);
    });
});

describe('a server on air', () => {
    let server: Server | undefined;
    let publisher: Publisher | undefined;
    let follower: Follower | undefined;

    afterEach(async () => {
        await follower?.stop();
        await publisher?.kill();
        await server?.close();
    });

    test('goes on when the disk is full, lets its publisher come back, and recovers with free space', async () => {
        await withDisk('filled', async (disk) => {
            server = await startServer({ data: disk });
            const stream = await server.createStream();
            publisher = publish({ url: stream.publishUrl });
            follower = new Follower(stream.playbackUrl);
            await follower.more(4);
            await fill(disk);
            await follower.more(8);
            await fails(['stream', 'create', '--data', disk, '--title', 'x'], /full/);

            await publisher.kill();
            publisher = publish({ url: stream.publishUrl });
            await follower.more(8);
            assert.deepEqual(follower.faults, []);

            await rm(join(disk, 'fill'));
            await server.createStream('There is room again');
            await follower.stop();
            await publisher.stop();
            await server.stop();
            assert.equal(server.exit?.code, 0, server.log);
        });
    });

    test('goes on when its data folder is deleted, and ends properly', async () => {
        const data = join(folder, 'deleted');
        server = await startServer({ data });
        const stream = await server.createStream();
        publisher = publish({ url: stream.publishUrl });
        follower = new Follower(stream.playbackUrl);
        await follower.more(4);
        await rm(data, { recursive: true });
        await follower.more(8);
        await publisher.kill();
        publisher = publish({ url: stream.publishUrl });
        await follower.more(8);
        assert.deepEqual(follower.faults, []);
        await follower.stop();
        await publisher.stop();
        await server.stop();
        assert.equal(server.exit?.code, 0, server.log);
        const left = await readdir(folder);
        assert.ok(!left.includes('deleted'), 'it does not make the folder anew');
        // A new start begins anew.
        await server.start();
    });
});
