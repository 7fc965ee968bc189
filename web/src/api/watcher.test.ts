import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Backoff } from '../player/backoff.ts';
import { readStream, type Stream } from './streams.ts';
import { StreamWatcher, type World } from './watcher.ts';

const stream = (version: number, state = 'idle') =>
    Response.json({ id: 's', title: 'T', state, version, playbackUrl: '/live/s/index.m3u8' });

type Answer = Response | Error | (() => Response);

/** Plays a script of answers to a watcher and returns what it asked, heard and waited for. */
async function watch(answers: Answer[], hidden = false) {
    const seen = {
        urls: [] as string[],
        waits: [] as number[],
        events: [] as string[],
        streams: [] as Stream[],
    };
    const world: World = {
        fetch: async (url) => {
            seen.urls.push(url);
            const answer = answers.shift();
            if (answers.length === 0) watcher.stop();
            if (answer instanceof Error || answer === undefined) throw answer;
            return typeof answer === 'function' ? answer() : answer;
        },
        wait: async (ms) => {
            seen.waits.push(ms);
        },
        isHidden: () => hidden,
    };
    const watcher = new StreamWatcher(
        '/api/v1/streams/s',
        readStream,
        {
            stream: (value) => {
                seen.streams.push(value);
                seen.events.push(value.state);
            },
            unknown: () => seen.events.push('unknown'),
            reachable: (yes) => seen.events.push(yes ? 'reachable' : 'unreachable'),
            date: () => {},
        },
        world,
        new Backoff({ firstMs: 100, maxMs: 400, random: () => 1 }),
    );
    await watcher.run();
    return seen;
}

test('asks at once, then waits for a change of the version it knows', async () => {
    const seen = await watch([stream(3), stream(4, 'live'), stream(4, 'live')]);
    assert.deepEqual(seen.urls, [
        '/api/v1/streams/s',
        '/api/v1/streams/s?after=3',
        '/api/v1/streams/s?after=4',
    ]);
    assert.deepEqual(
        seen.streams.map((value) => value.state),
        ['idle', 'live', 'live'],
    );
});

test('a server that is gone is asked ever more seldom, and from the start when it is back', async () => {
    const gone = new TypeError('failed to fetch');
    const seen = await watch([stream(3), gone, gone, gone, gone, stream(1, 'live'), gone, gone]);
    assert.deepEqual(seen.waits.slice(1, 5), [100, 200, 400, 400]);
    assert.equal(seen.urls[5], '/api/v1/streams/s');
    assert.equal(seen.waits[6], 100);
    assert.ok(seen.events.includes('unreachable'));
    assert.equal(seen.events.lastIndexOf('live') > seen.events.indexOf('unreachable'), true);
});

test('an unknown stream is told, and asked for again now and then', async () => {
    const missing = () => new Response('{}', { status: 404 });
    const seen = await watch([missing, missing, stream(1)]);
    assert.deepEqual(seen.events.slice(0, 2), ['reachable', 'unknown']);
    assert.equal(seen.waits[0], 8000);
    assert.equal(seen.events.at(-1), 'idle');
});

test('an answer that is no stream, or an error of the server, is a failure', async () => {
    const seen = await watch([
        Response.json({ hello: 'world' }),
        new Response('busy', { status: 503 }),
        new Response('<html>', { status: 200 }),
        stream(1),
    ]);
    assert.deepEqual(seen.events.slice(0, 3), ['unreachable', 'unreachable', 'unreachable']);
});

test('a page in the background asks seldom', async () => {
    const seen = await watch([stream(1), stream(2), stream(3)], true);
    assert.ok(seen.waits.every((ms) => ms >= 10_000));
});
