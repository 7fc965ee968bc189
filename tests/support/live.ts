// A stream that plays: a server, ffmpeg as its publisher, and what its playlists said last.

import {
    getMedia,
    nextPart,
    renditionUrls,
    untilLive,
    type MediaPlaylist,
    type MultivariantPlaylist,
} from './hls.ts';
import { publish, type Publisher } from './publisher.ts';
import { startServer, type Server, type Stream } from './server.ts';

export class LiveStream {
    readonly server: Server;
    readonly stream: Stream;
    readonly multivariant: MultivariantPlaylist;
    video: MediaPlaylist;
    audio: MediaPlaylist;
    readonly #publisher: Publisher;

    private constructor(
        server: Server,
        stream: Stream,
        publisher: Publisher,
        multivariant: MultivariantPlaylist,
        [video, audio]: readonly [MediaPlaylist, MediaPlaylist],
    ) {
        this.server = server;
        this.stream = stream;
        this.multivariant = multivariant;
        this.video = video;
        this.audio = audio;
        this.#publisher = publisher;
    }

    static async start(): Promise<LiveStream> {
        const server = await startServer();
        const stream = await server.createStream();
        const publisher = publish({ url: stream.publishUrl, bframes: 2 });
        const multivariant = await untilLive(stream.playbackUrl);
        const both = await fetchBoth(multivariant);
        return new LiveStream(server, stream, publisher, multivariant, both);
    }

    /** Fetches both renditions anew. */
    async reload(): Promise<void> {
        [this.video, this.audio] = await fetchBoth(this.multivariant);
    }

    /** Waits until so many segments are whole. */
    async untilSegments(count: number): Promise<void> {
        do {
            await this.reload();
            this.video = await nextPart(this.video);
        } while (this.video.segments.filter((segment) => segment.uri !== undefined).length < count);
    }

    async close(): Promise<void> {
        await this.#publisher.stop();
        await this.server.close();
    }
}

async function fetchBoth(
    multivariant: MultivariantPlaylist,
): Promise<readonly [MediaPlaylist, MediaPlaylist]> {
    const [video = '', audio = ''] = renditionUrls(multivariant);
    return [await getMedia(video), await getMedia(audio)];
}
