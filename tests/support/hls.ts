// An HTTP Live Streaming client for the tests: reads playlists strictly, by rfc8216bis, and knows nothing
// of the server's own code.

import { patience } from './patience.ts';

export interface Attributes {
    [name: string]: string;
}

export interface Part {
    uri: string;
    duration: number;
    independent: boolean;
    gap: boolean;
}

export interface Segment {
    /** Undefined for a segment that is still growing. */
    uri: string | undefined;
    mediaSequence: number;
    duration: number;
    parts: Part[];
    discontinuity: boolean;
    discontinuitySequence: number;
    gap: boolean;
    /** Milliseconds since 1970, as written. */
    programDateTime: number | undefined;
    map: string | undefined;
}

export interface MediaPlaylist {
    url: string;
    text: string;
    version: number;
    targetDuration: number;
    partTarget: number | undefined;
    serverControl: Attributes;
    mediaSequence: number;
    discontinuitySequence: number;
    independentSegments: boolean;
    skipped: number;
    /** Whole ones, and at the end perhaps one that has parts only. */
    segments: Segment[];
    preloadHint: string | undefined;
    renditionReports: Attributes[];
    ended: boolean;
}

export interface Variant {
    uri: string;
    attributes: Attributes;
}

export interface MultivariantPlaylist {
    url: string;
    text: string;
    variants: Variant[];
    media: Attributes[];
}

/** An attribute list (4.2); quotes are taken off. */
export function attributes(text: string): Attributes {
    const found: Attributes = {};
    const pattern = /([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]+)(?:,|$)/gy;
    let end = 0;
    for (let match; (match = pattern.exec(text)) !== null; end = pattern.lastIndex) {
        const [, name = '', value = ''] = match;
        if (name in found) throw new Error(`attribute ${name} twice in ${text}`);
        found[name] = value.startsWith('"') ? value.slice(1, -1) : value;
    }
    if (end !== text.length) throw new Error(`not an attribute list: ${text}`);
    return found;
}

function lines(text: string): string[] {
    if (!text.startsWith('#EXTM3U\n')) throw new Error(`no playlist:\n${text}`);
    return text
        .split('\n')
        .slice(1)
        .filter((line) => line !== '');
}

function tag(line: string): [string, string] {
    const colon = line.indexOf(':');
    return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1)];
}

function required(list: Attributes, name: string): string {
    const value = list[name];
    if (value === undefined) throw new Error(`attribute ${name} is missing`);
    return value;
}

export function parseMultivariant(text: string, url: string): MultivariantPlaylist {
    const playlist: MultivariantPlaylist = { url, text, variants: [], media: [] };
    let variant: Attributes | undefined;
    for (const line of lines(text)) {
        const [name, value] = tag(line);
        if (name === '#EXT-X-STREAM-INF') variant = attributes(value);
        else if (name === '#EXT-X-MEDIA') playlist.media.push(attributes(value));
        else if (!line.startsWith('#')) {
            if (!variant) throw new Error(`a URI without EXT-X-STREAM-INF: ${line}`);
            playlist.variants.push({ uri: new URL(line, url).href, attributes: variant });
            variant = undefined;
        }
    }
    return playlist;
}

export function parseMedia(text: string, url: string): MediaPlaylist {
    const playlist: MediaPlaylist = {
        ...{ url, text, version: 1, targetDuration: 0, partTarget: undefined, serverControl: {} },
        ...{ mediaSequence: 0, discontinuitySequence: 0, independentSegments: false, skipped: 0 },
        ...{ segments: [], preloadHint: undefined, renditionReports: [], ended: false },
    };
    let discontinuitySequence = 0;
    let map: string | undefined;
    let next: Segment | undefined;
    const segment = (): Segment =>
        (next ??= {
            ...{ uri: undefined, duration: 0, parts: [], discontinuity: false, gap: false },
            mediaSequence: playlist.mediaSequence + playlist.skipped + playlist.segments.length,
            ...{ discontinuitySequence, programDateTime: undefined, map },
        });
    for (const line of lines(text)) {
        const [name, value] = tag(line);
        switch (name) {
            case '#EXT-X-VERSION':
                playlist.version = Number(value);
                break;
            case '#EXT-X-TARGETDURATION':
                playlist.targetDuration = Number(value);
                break;
            case '#EXT-X-PART-INF':
                playlist.partTarget = Number(required(attributes(value), 'PART-TARGET'));
                break;
            case '#EXT-X-SERVER-CONTROL':
                playlist.serverControl = attributes(value);
                break;
            case '#EXT-X-MEDIA-SEQUENCE':
                playlist.mediaSequence = Number(value);
                break;
            case '#EXT-X-DISCONTINUITY-SEQUENCE':
                playlist.discontinuitySequence = discontinuitySequence = Number(value);
                break;
            case '#EXT-X-INDEPENDENT-SEGMENTS':
                playlist.independentSegments = true;
                break;
            case '#EXT-X-SKIP':
                if (playlist.skipped > 0) throw new Error('EXT-X-SKIP twice');
                playlist.skipped = Number(required(attributes(value), 'SKIPPED-SEGMENTS'));
                break;
            case '#EXT-X-DISCONTINUITY':
                discontinuitySequence += 1;
                Object.assign(segment(), { discontinuity: true, discontinuitySequence });
                break;
            case '#EXT-X-GAP':
                segment().gap = true;
                break;
            case '#EXT-X-PROGRAM-DATE-TIME':
                segment().programDateTime = Date.parse(value);
                break;
            case '#EXT-X-MAP':
                map = new URL(required(attributes(value), 'URI'), url).href;
                segment().map = map;
                break;
            case '#EXT-X-PART': {
                const list = attributes(value);
                segment().parts.push({
                    uri: new URL(required(list, 'URI'), url).href,
                    duration: Number(required(list, 'DURATION')),
                    independent: list['INDEPENDENT'] === 'YES',
                    gap: list['GAP'] === 'YES',
                });
                break;
            }
            case '#EXTINF':
                segment().duration = parseFloat(value);
                break;
            case '#EXT-X-PRELOAD-HINT': {
                const list = attributes(value);
                if (list['TYPE'] !== 'PART') throw new Error(`unexpected hint ${line}`);
                if (playlist.preloadHint) throw new Error('EXT-X-PRELOAD-HINT twice');
                playlist.preloadHint = new URL(required(list, 'URI'), url).href;
                break;
            }
            case '#EXT-X-RENDITION-REPORT':
                playlist.renditionReports.push(attributes(value));
                break;
            case '#EXT-X-ENDLIST':
                playlist.ended = true;
                break;
            default:
                if (line.startsWith('#EXT')) throw new Error(`unknown tag ${line}`);
                if (!line.startsWith('#')) {
                    const whole = segment();
                    whole.uri = new URL(line, url).href;
                    playlist.segments.push(whole);
                    next = undefined;
                }
        }
    }
    if (next) playlist.segments.push(next);
    return playlist;
}

export async function get(url: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(url, { headers, signal: AbortSignal.timeout(60_000) });
}

export async function getText(url: string): Promise<string> {
    const response = await get(url);
    if (response.status !== 200)
        throw new Error(`${url}: ${response.status} ${await response.text()}`);
    return response.text();
}

export async function getMultivariant(url: string): Promise<MultivariantPlaylist> {
    return parseMultivariant(await getText(url), url);
}

export async function getMedia(url: string): Promise<MediaPlaylist> {
    // Without the directives: the address under which the playlist can be asked for again.
    return parseMedia(await getText(url), url.replace(/\?.*/, ''));
}

/** Waits until the stream plays, and returns its multivariant playlist. */
export async function untilLive(
    playbackUrl: string,
    timeoutMs = 15_000,
): Promise<MultivariantPlaylist> {
    const end = performance.now() + timeoutMs * patience;
    for (;;) {
        const response = await get(playbackUrl);
        const text = await response.text();
        if (response.status === 200) return parseMultivariant(text, playbackUrl);
        if (performance.now() > end)
            throw new Error(`not live after ${timeoutMs} ms: ${response.status} ${text}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

/** The address of the variant's own playlist, and of its audio rendition where it has one. */
export function renditionUrls(playlist: MultivariantPlaylist): string[] {
    const urls = playlist.variants.map((variant) => variant.uri);
    for (const media of playlist.media) {
        if (media['URI'] !== undefined) urls.push(new URL(media['URI'], playlist.url).href);
    }
    return urls;
}

/** The directives that ask for what a playlist will list next. */
export function nextPartQuery(playlist: MediaPlaylist): string {
    const last = playlist.segments.at(-1);
    if (!last) throw new Error('an empty playlist');
    const [msn, part] =
        last.uri === undefined
            ? [last.mediaSequence, last.parts.length]
            : [last.mediaSequence + 1, 0];
    return `_HLS_msn=${msn}&_HLS_part=${part}`;
}

/** The next state of a playlist, by blocking reload. */
export function nextPart(playlist: MediaPlaylist): Promise<MediaPlaylist> {
    return getMedia(`${playlist.url}?${nextPartQuery(playlist)}`);
}
