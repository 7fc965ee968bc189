// What fragmented MP4 says about time: enough to see whether parts follow one another.

interface Box {
    type: string;
    body: Buffer;
}

function boxes(bytes: Buffer): Box[] {
    const found: Box[] = [];
    for (let at = 0; at < bytes.length;) {
        const size = bytes.readUInt32BE(at);
        if (size < 8 || at + size > bytes.length) throw new Error(`a damaged box at ${at}`);
        found.push({
            type: bytes.toString('latin1', at + 4, at + 8),
            body: bytes.subarray(at + 8, at + size),
        });
        at += size;
    }
    return found;
}

function inside(bytes: Buffer, ...path: string[]): Buffer {
    let body = bytes;
    for (const type of path) {
        const box = boxes(body).find((candidate) => candidate.type === type);
        if (!box) throw new Error(`no ${path.join('/')}`);
        body = box.body;
    }
    return body;
}

/** Ticks a second of the one track of an init segment. */
export function timescale(init: Buffer): number {
    const header = inside(init, 'moov', 'trak', 'mdia', 'mdhd');
    return header.readUInt32BE(header.readUInt8(0) === 1 ? 20 : 12);
}

/** The sum of the samples' durations in a track fragment (ISO/IEC 14496-12, 8.8.7 and 8.8.8). */
function fragmentDuration(traf: Buffer): number {
    const header = inside(traf, 'tfhd');
    const headerFlags = header.readUInt32BE(0) & 0xffffff;
    const before = (headerFlags & 1 ? 8 : 0) + (headerFlags & 2 ? 4 : 0);
    const usual = headerFlags & 8 ? header.readUInt32BE(8 + before) : 0;
    let sum = 0;
    for (const { type, body } of boxes(traf)) {
        if (type !== 'trun') continue;
        const flags = body.readUInt32BE(0) & 0xffffff;
        const count = body.readUInt32BE(4);
        const size = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4;
        const first = 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
        for (let i = 0; i < count; i += 1) {
            sum += flags & 0x100 ? body.readUInt32BE(first + i * size) : usual;
        }
    }
    return sum;
}

/** Whether decoding can start at a picture of a part that is not its first one, either (8.8.3.1). */
export function hasKeyFrame(media: Buffer): boolean {
    for (const { type, body } of boxes(media)) {
        if (type !== 'moof') continue;
        const traf = inside(body, 'traf');
        const header = inside(traf, 'tfhd');
        const headerFlags = header.readUInt32BE(0) & 0xffffff;
        const skipped: number[] = [1, 2, 8, 16].map((flag) =>
            headerFlags & flag ? (flag === 1 ? 8 : 4) : 0,
        );
        const usual =
            headerFlags & 0x20
                ? header.readUInt32BE(8 + skipped.reduce((sum, each) => sum + each, 0))
                : 0;
        for (const { type: inner, body: run } of boxes(traf)) {
            if (inner !== 'trun') continue;
            const flags = run.readUInt32BE(0) & 0xffffff;
            const count = run.readUInt32BE(4);
            const firstFlags = flags & 4 ? run.readUInt32BE(8 + (flags & 1 ? 4 : 0)) : undefined;
            const start = 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
            const size = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4;
            const before = [0x100, 0x200].filter((flag) => flags & flag).length * 4;
            for (let i = 0; i < count; i += 1) {
                let sample = usual;
                if (flags & 0x400) sample = run.readUInt32BE(start + i * size + before);
                else if (i === 0 && firstFlags !== undefined) sample = firstFlags;
                if ((sample & 0x10000) === 0) return true;
            }
        }
    }
    return false;
}

export interface Span {
    /** Of the first sample's decoding, in the track's timescale. */
    start: number;
    duration: number;
}

/** When the samples of a part or segment are decoded; its fragments have to follow one another. */
export function span(media: Buffer): Span {
    let whole: Span | undefined;
    for (const { type, body } of boxes(media)) {
        if (type !== 'moof') continue;
        const traf = inside(body, 'traf');
        const decodeTime = inside(traf, 'tfdt');
        const start =
            decodeTime.readUInt8(0) === 1
                ? Number(decodeTime.readBigUInt64BE(4))
                : decodeTime.readUInt32BE(4);
        whole ??= { start, duration: 0 };
        if (whole.start + whole.duration !== start) throw new Error('fragments leave a hole');
        whole.duration += fragmentDuration(traf);
    }
    if (!whole) throw new Error('no fragment');
    return whole;
}
