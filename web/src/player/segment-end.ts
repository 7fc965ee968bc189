// Where a rendition may be changed: between segments.
//
// Close to the live edge less than a segment is buffered. A rendition that starts within a segment overwrites what is
// buffered of it from its key frame on; browsers then play the rest of the old pictures and stand still until the
// next key frame. Between segments the first picture of the one follows the last one of the other.

/** The last piece of the stream that was loaded: a segment, or a part of it by its place in the segment. */
export interface Loaded {
    segment: number;
    part: number | undefined;
}

/** What a playlist says of parts and segments; hls.js's LevelDetails has this shape. */
export interface Listed {
    /** The last segment that is whole. */
    endSN: number;
    partList: readonly { index: number; fragment: { sn: number | 'initSegment' } }[] | null;
}

/** Whether what follows `last` is the start of a segment, as far as the playlist tells. */
export function endsSegment(last: Loaded | undefined, listed: Listed | null | undefined): boolean {
    if (last?.part === undefined) return true;
    if (!listed || last.segment > listed.endSN) return false;
    const { segment, part } = last;
    return !(listed.partList ?? []).some(
        ({ index, fragment }) => fragment.sn === segment && index > part,
    );
}
