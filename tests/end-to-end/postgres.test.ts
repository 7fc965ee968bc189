// The server on PostgreSQL: what it keeps is there, and neither a database that goes away nor one that takes two
// seconds for every answer delays a part of a broadcast that runs.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Follower, type PartSeen } from '../support/follow.ts';
import { patience } from '../support/patience.ts';
import { LongWay, Postgres } from '../support/postgres.ts';
import { run } from '../support/process.ts';
import { publish, type Publisher } from '../support/publisher.ts';
import { binary, startServer, type Server, type Stream } from '../support/server.ts';

/** Beyond what the parts before it took: two seconds of a database would show. */
const LATE_MS = 1_500 * patience;
/** One way; an answer takes both. */
const SLOW_MS = 1_000;
const WATCHED_MS = 20_000;

let postgres: Postgres;
let way: LongWay;
let server: Server;
let publisher: Publisher | undefined;
let follower: Follower | undefined;

before(async () => {
    postgres = await Postgres.open();
    way = await LongWay.open(postgres.port);
    server = await startServer({ args: ['--database-url', postgres.url(way.port)] });
});

after(async () => {
    await server.close();
    way.close();
    await postgres.close();
});

afterEach(async () => {
    way.delayMs = 0;
    await follower?.stop();
    await publisher?.kill();
});

async function createStream(): Promise<Stream> {
    const flags = ['--data', server.data, '--database-url', postgres.url()];
    const answer = await run(binary, ['stream', 'create', ...flags, '--title', 'Show', '--json']);
    const { id, streamKey } = JSON.parse(answer) as { id: string; streamKey: string };
    return {
        ...{ id, streamKey },
        publishUrl: `${server.rtmpUrl}/live/${streamKey}`,
        playbackUrl: `${server.httpUrl}/live/${id}/index.m3u8`,
        watchUrl: `${server.httpUrl}/streaming/live/${id}`,
    };
}

/** A broadcast that is being watched. */
async function broadcast(): Promise<Follower> {
    const stream = await createStream();
    publisher = publish({ url: stream.publishUrl });
    follower = new Follower(stream.playbackUrl);
    await follower.more(20, 60_000);
    return follower;
}

/** How much later than its end on the stream's own clock a part was there; any one clock will do. */
const lag = (part: PartSeen): number => part.at - (part.start + part.duration) * 1000;

/** The parts since then that came late, compared with those before. */
function late(seen: Follower, since: number): string[] {
    return seen.renditions.flatMap((rendition) => {
        const parts = seen.parts(rendition);
        const usual = parts
            .filter((part) => part.at < since)
            .map(lag)
            .sort((a, b) => a - b);
        const median = usual[Math.floor(usual.length / 2)];
        if (median === undefined) return [`${rendition}: nothing before`];
        return parts
            .filter((part) => part.at >= since && lag(part) > median + LATE_MS)
            .map(
                (part) =>
                    `${rendition} ${part.mediaSequence}.${part.part}: ${lag(part) - median} ms`,
            );
    });
}

function assertNobodyNoticed(seen: Follower, since: number): void {
    assert.deepEqual(seen.faults, []);
    assert.deepEqual(seen.troubles, []);
    assert.deepEqual(late(seen, since), []);
    assert.ok(seen.longestSilenceMs(since) < LATE_MS + 1_000, 'parts came all the time');
}

test('a stream and its key are in PostgreSQL, and nothing is in SQLite', async () => {
    const seen = await broadcast();
    await seen.more(8);
    assert.deepEqual(seen.faults, []);
    assert.ok(!existsSync(join(server.data, 'directfanz.db')));
    assert.ok(!server.log.includes(postgres.password), 'the password is in no log');
    const shown = await run(binary, ['config', 'show', '--database-url', postgres.url()]);
    assert.match(shown, /postgresql:\/\/fans:\*\*\*@127\.0\.0\.1/);
});

test('a broadcast goes on while PostgreSQL is stopped and started', async () => {
    const seen = await broadcast();
    const since = Date.now();
    await postgres.stop();
    await sleep(WATCHED_MS / 2);
    await postgres.start();
    await sleep(WATCHED_MS / 2);
    assertNobodyNoticed(seen, since);
    await seen.stop();
    await publisher?.stop();

    // And the server finds it again by itself.
    const after = await broadcast();
    await after.more(8);
});

test('a database that takes two seconds for every answer delays no part', async () => {
    const seen = await broadcast();
    const before = way.carried;
    const since = Date.now();
    way.delayMs = SLOW_MS;
    // Meanwhile somebody else asks and publishes, which is slow, and only for them.
    const other = await createStream();
    const second = publish({ url: other.publishUrl, seconds: 15 });
    try {
        await sleep(WATCHED_MS);
        assertNobodyNoticed(seen, since);
        assert.ok(way.carried > before, 'the database was asked');
    } finally {
        await second.kill();
    }
});
