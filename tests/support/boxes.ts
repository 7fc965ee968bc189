// ISO base media boxes, as far as the tests look into them (ISO 14496-12).

export interface Box {
    type: string;
    body: Buffer;
}

/** The boxes that lie one behind the other. */
export function boxes(bytes: Buffer): Box[] {
    const found: Box[] = [];
    for (let at = 0; at < bytes.length;) {
        const size = bytes.readUInt32BE(at);
        if (size < 8 || at + size > bytes.length)
            throw new Error(`a box of ${size} bytes at ${at}`);
        const type = bytes.toString('latin1', at + 4, at + 8);
        found.push({ type, body: bytes.subarray(at + 8, at + size) });
        at += size;
    }
    return found;
}

function inside(bytes: Buffer, ...path: string[]): Buffer {
    for (const type of path) {
        const box = boxes(bytes).find((each) => each.type === type);
        if (!box) throw new Error(`no ${type}`);
        bytes = box.body;
    }
    return bytes;
}

/** The decode time, in ticks, of the first sample of a chunk. */
export function firstDecodeTime(chunk: Buffer): number {
    const tfdt = inside(chunk, 'moof', 'traf', 'tfdt');
    const start = tfdt.readUInt8(0) === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4);
    return start;
}

/** The sum of a track run's sample durations, in ticks (8.8.7, 8.8.8). */
export function trunDuration(tfhd: Buffer, trun: Buffer): number {
    const base = tfhd.readUIntBE(1, 3);
    let at = 8 + (base & 0x1 ? 8 : 0) + (base & 0x2 ? 4 : 0);
    const usual = base & 0x8 ? tfhd.readUInt32BE(at) : undefined;
    const flags = trun.readUIntBE(1, 3);
    const count = trun.readUInt32BE(4);
    const fields = [0x100, 0x200, 0x400, 0x800].filter((bit) => flags & bit).length;
    at = 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0);
    if (!(flags & 0x100)) {
        if (usual === undefined) throw new Error('no sample duration');
        return count * usual;
    }
    let sum = 0;
    for (let i = 0; i < count; i += 1) sum += trun.readUInt32BE(at + i * fields * 4);
    return sum;
}
