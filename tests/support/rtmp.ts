// A publisher that sends whatever timestamps a test wants. What it sends is ffmpeg's media; it is no player's or
// encoder's RTMP, for which the tests have the real ones.

import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { AUDIO_TAG, VIDEO_TAG, tagsInRealTime, type Tag } from './flv.ts';

const HANDSHAKE_BYTES = 1536;
const CHUNK_SIZE = 1 << 20;
const COMMAND = 20;
const SET_CHUNK_SIZE = 1;

type Amf0 = string | number | null | { [key: string]: string };

export function amf0(values: readonly Amf0[]): Buffer {
    const text = (value: string): Buffer => {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(Buffer.byteLength(value));
        return Buffer.concat([length, Buffer.from(value)]);
    };
    const encode = (value: Amf0): Buffer => {
        if (value === null) return Buffer.from([5]);
        if (typeof value === 'string') return Buffer.concat([Buffer.from([2]), text(value)]);
        if (typeof value === 'number') {
            const number = Buffer.alloc(9);
            number.writeDoubleBE(value, 1);
            return number;
        }
        const members = Object.entries(value).flatMap(([key, member]) => [
            text(key),
            encode(member),
        ]);
        return Buffer.concat([Buffer.from([3]), ...members, Buffer.from([0, 0, 9])]);
    };
    return Buffer.concat(values.map(encode));
}

/** One message as one chunk with a full header, RTMP 1.0 clause 5.3.1.2.1. */
export function message(type: number, streamId: number, timestamp: number, body: Buffer): Buffer {
    const extended = timestamp >= 0xffffff;
    const header = Buffer.alloc(extended ? 16 : 12);
    header.writeUInt8(type === AUDIO_TAG ? 4 : type === VIDEO_TAG ? 6 : 3, 0);
    header.writeUIntBE(extended ? 0xffffff : timestamp, 1, 3);
    header.writeUIntBE(body.length, 4, 3);
    header.writeUInt8(type, 7);
    header.writeUInt32LE(streamId, 8);
    if (extended) header.writeUInt32BE(timestamp, 12);
    return Buffer.concat([header, body]);
}

export class RtmpPublisher {
    #socket: Socket;
    #heard = '';
    #stopped = false;
    readonly #closed: Promise<unknown>;

    private constructor(socket: Socket) {
        this.#socket = socket;
        socket.on(
            'data',
            (data) => (this.#heard = (this.#heard + data.toString('latin1')).slice(-8000)),
        );
        socket.on('error', () => {});
        this.#closed = new Promise((resolve) => socket.once('close', resolve));
    }

    /** Connects and publishes; returns when the server has said that it may. */
    static async open(publishUrl: string): Promise<RtmpPublisher> {
        const url = new URL(publishUrl);
        const [, app = '', key = ''] = url.pathname.split('/');
        const socket = connect(Number(url.port), url.hostname);
        const publisher = new RtmpPublisher(socket);
        socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(HANDSHAKE_BYTES)]));
        await publisher.#until(() => publisher.#heard.length > 2 * HANDSHAKE_BYTES);
        // C2: what it holds matters to nobody.
        socket.write(Buffer.alloc(HANDSHAKE_BYTES));
        const size = Buffer.alloc(4);
        size.writeUInt32BE(CHUNK_SIZE);
        socket.write(message(SET_CHUNK_SIZE, 0, 0, size));
        const tcUrl = `rtmp://${url.host}/${app}`;
        socket.write(message(COMMAND, 0, 0, amf0(['connect', 1, { app, tcUrl }])));
        socket.write(message(COMMAND, 0, 0, amf0(['createStream', 2, null])));
        socket.write(message(COMMAND, 1, 0, amf0(['publish', 3, null, key, 'live'])));
        await publisher.#until(() => publisher.#heard.includes('NetStream.Publish.Start'));
        return publisher;
    }

    /**
     * Sends the output of an ffmpeg run in real time, each tag at the timestamp that `clock` makes of its own; those of
     * which it makes none are lost.
     */
    async send(encoding: string[], clock: (tag: Tag) => number | undefined): Promise<void> {
        for await (const tag of tagsInRealTime([encoding])) {
            if (this.#stopped || this.#socket.destroyed) return;
            if (tag.type !== AUDIO_TAG && tag.type !== VIDEO_TAG) continue;
            const time = clock(tag);
            if (time === undefined) continue;
            const timestamp = ((time % 2 ** 32) + 2 ** 32) % 2 ** 32;
            this.#socket.write(message(tag.type, 1, timestamp, tag.body));
        }
    }

    /** The end of what the server has said, as bytes. */
    get heard(): string {
        return this.#heard;
    }

    /** When neither side says anything any more. */
    get closed(): Promise<unknown> {
        return this.#closed;
    }

    stop(): void {
        this.#stopped = true;
        this.#socket.end();
    }

    async #until(done: () => boolean): Promise<void> {
        const end = performance.now() + 5000;
        while (!done()) {
            if (performance.now() > end || this.#socket.destroyed) {
                throw new Error(
                    `the server did not take the publisher: ${this.#heard.slice(-300)}`,
                );
            }
            await sleep(10);
        }
    }
}
