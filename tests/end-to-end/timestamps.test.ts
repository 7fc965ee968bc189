// Publishers whose clocks wrap or jump: nobody who watches notices. The numbers are those of docs/specs/rtmp.md.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { AUDIO_TAG, type Tag } from '../support/flv.ts';
import { type MediaPlaylist } from '../support/hls.ts';
import { videoFlags } from '../support/publisher.ts';
import { RtmpPublisher } from '../support/rtmp.ts';
import { startServer, type Server } from '../support/server.ts';
import { follow, playlists, whole } from '../support/watching.ts';

let server: Server;

before(async () => {
    server = await startServer();
});

after(async () => {
    await server.close();
});

describe('time (10, 11)', { concurrency: 3 }, () => {
    const encoding = [
        ...[
            '-v',
            'error',
            '-nostdin',
            '-f',
            'lavfi',
            '-i',
            'testsrc2=size=320x180:rate=30:duration=20',
        ],
        ...['-f', 'lavfi', '-i', 'sine=sample_rate=48000:duration=20', ...videoFlags(30, 2, 2)],
        ...['-c:a', 'aac', '-flvflags', 'no_duration_filesize'],
    ];
    const jumpAt = 7000;
    const clocks: [string, (tag: Tag) => number][] = [
        ['the crossing of 2^32 milliseconds', ({ ms }) => ms + 2 ** 32 - jumpAt],
        ['the crossing of 2^24 milliseconds', ({ ms }) => ms + 2 ** 24 - jumpAt],
        ['a jump forward', ({ ms }) => (ms < jumpAt ? ms : ms + 1_000_000)],
        ['a jump back', ({ ms }) => ms + 5_000_000 - (ms < jumpAt ? 0 : 1_000_000)],
        ['sound on another clock', ({ ms, type }) => (type === AUDIO_TAG ? ms + 3_000_000 : ms)],
    ];
    for (const [name, clock] of clocks) {
        test(`${name} leaves no trace`, async () => {
            const stream = await server.createStream();
            const publisher = await RtmpPublisher.open(stream.publishUrl);
            const sent = publisher.send(encoding, clock);
            try {
                for (const playlist of await playlists(stream)) {
                    const later = await follow(playlist, (now) => whole(now).length >= 7);
                    assert.equal(whole(later).length, 7, 'from before the event until after it');
                    assertSeamless(later);
                }
            } finally {
                publisher.stop();
                await sent;
            }
        });
    }
});

/** Every segment is two seconds long and follows its predecessor without a seam. */
function assertSeamless(playlist: MediaPlaylist): void {
    assert.equal(
        playlist.segments.some((s) => s.discontinuity || s.gap),
        false,
        playlist.text,
    );
    for (const [index, segment] of whole(playlist).entries()) {
        assert.ok(Math.abs(segment.duration - 2) < 0.06, playlist.text);
        const next = playlist.segments[index + 1];
        if (!segment.programDateTime || !next?.programDateTime) continue;
        const seam = segment.programDateTime + segment.duration * 1000 - next.programDateTime;
        assert.ok(Math.abs(seam) < 60, `${seam} ms\n${playlist.text}`);
    }
}
