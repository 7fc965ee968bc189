// What of a broadcast a server holds for viewers: all media that can still be downloaded.

import { getMultivariant, getMedia, renditionUrls, type MediaPlaylist } from '../../support/hls.ts';

async function size(url: string): Promise<number> {
    const response = await fetch(url, { method: 'HEAD' });
    return response.ok ? Number(response.headers.get('content-length')) : 0;
}

/** Segments that have left the playlist stay for a while; their names count up. */
async function expiredBytes({ segments }: MediaPlaylist): Promise<number> {
    const first = segments.find(({ uri }) => uri !== undefined);
    if (first?.uri === undefined) return 0;
    let all = 0;
    for (let sequence = first.mediaSequence - 1; ; --sequence) {
        const name = new RegExp(`${first.mediaSequence}(?=\\.m4s$)`);
        const bytes = await size(first.uri.replace(name, String(sequence)));
        if (bytes === 0) return all;
        all += bytes;
    }
}

/** Bytes of all renditions. */
export async function windowBytes(playbackUrl: string): Promise<number> {
    let all = 0;
    for (const url of renditionUrls(await getMultivariant(playbackUrl))) {
        const playlist = await getMedia(url);
        all += await expiredBytes(playlist);
        for (const { uri, parts } of playlist.segments) {
            const uris = uri === undefined ? parts.map((part) => part.uri) : [uri];
            for (const one of uris) all += await size(one);
        }
    }
    return all;
}
