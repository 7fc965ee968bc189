// Publishers of a moment: each is let in, sends five seconds of media at once, and is gone without a word, so that its
// broadcast waits for it and is live all the while. Tells how long each was kept waiting for the answer.

import { connect, type Socket } from 'node:net';

import { AUDIO_TAG, VIDEO_TAG, tagsInRealTime, type Tag } from './flv.ts';
import { videoFlags } from './publisher.ts';
import { amf0, message } from './rtmp.ts';

const HANDSHAKE_BYTES = 1536;
const CHUNK_SIZE = 1 << 20;
const COMMAND = 20;
const SET_CHUNK_SIZE = 1;
const ANSWER_TIMEOUT_MS = 30_000;

/** Five seconds, two segments, of the smallest picture and of silence. */
export async function moment(): Promise<Tag[]> {
    const encoding = [
        ...['-hide_banner', '-loglevel', 'error', '-nostdin'],
        ...[
            '-f',
            'lavfi',
            '-i',
            'color=size=64x64:rate=10',
            '-f',
            'lavfi',
            '-i',
            'anullsrc=r=48000',
        ],
        ...[...videoFlags(10, 1), '-c:a', 'aac', '-b:a', '32k', '-t', '5'],
    ];
    const tags: Tag[] = [];
    for await (const tag of tagsInRealTime([encoding])) {
        if (tag.type === AUDIO_TAG || tag.type === VIDEO_TAG) tags.push(tag);
    }
    return tags;
}

/** Resolves once `heard` holds `words`. */
function hear(socket: Socket, words: string | number): Promise<void> {
    return new Promise((resolve, reject) => {
        let heard = '';
        const enough = (): boolean =>
            typeof words === 'number' ? heard.length >= words : heard.includes(words);
        const finish = (error?: Error): void => {
            clearTimeout(timer);
            socket.off('data', take).off('close', leave);
            if (error) reject(error);
            else resolve();
        };
        const take = (data: Buffer): void => {
            heard += data.toString('latin1');
            if (enough()) finish();
            else if (heard.includes('NetStream.Publish.B')) finish(new Error(heard.slice(-200)));
        };
        const leave = (): void => finish(new Error(`the server has left: ${heard.slice(-200)}`));
        const timer = setTimeout(leave, ANSWER_TIMEOUT_MS);
        socket.on('data', take).once('close', leave);
    });
}

/** Returns the ms from asking to be let in until the answer. */
export async function publishAMoment(server: URL, key: string, tags: Tag[]): Promise<number> {
    const socket = connect(Number(server.port), server.hostname);
    socket.setNoDelay();
    socket.on('error', () => {});
    try {
        const greeted = hear(socket, 1 + 2 * HANDSHAKE_BYTES);
        socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(HANDSHAKE_BYTES)]));
        await greeted;
        const size = Buffer.alloc(4);
        size.writeUInt32BE(CHUNK_SIZE);
        const made = hear(socket, '_result\0@\0');
        socket.write(
            Buffer.concat([
                Buffer.alloc(HANDSHAKE_BYTES),
                message(SET_CHUNK_SIZE, 0, 0, size),
                message(COMMAND, 0, 0, amf0(['connect', 1, { app: 'live' }])),
                message(COMMAND, 0, 0, amf0(['createStream', 2, null])),
            ]),
        );
        await made;
        const admitted = hear(socket, 'NetStream.Publish.Start');
        const asked = performance.now();
        socket.write(message(COMMAND, 1, 0, amf0(['publish', 3, null, key, 'live'])));
        await admitted;
        const waited = performance.now() - asked;
        const media = Buffer.concat(tags.map(({ type, ms, body }) => message(type, 1, ms, body)));
        await new Promise((resolve) => socket.write(media, resolve));
        return waited;
    } finally {
        socket.destroySoon();
    }
}
