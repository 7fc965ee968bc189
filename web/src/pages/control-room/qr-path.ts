// A QR code as one path of an SVG.

import { encode } from 'uqr';

export interface QrPath {
    /** Modules along a side, with the quiet zone around them. */
    size: number;
    d: string;
}

/** Quiet zone of four modules: ISO/IEC 18004, 9.1. */
const QUIET_ZONE = 4;

/** Runs of dark modules, row by row. */
export function qrPath(text: string): QrPath {
    const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE });
    let d = '';
    for (const [y, row] of data.entries()) {
        for (let x = 0; x < size; ++x) {
            if (!row[x]) continue;
            const from = x;
            while (x < size && row[x]) ++x;
            d += `M${from} ${y}h${x - from}v1h-${x - from}z`;
        }
    }
    return { size, d };
}
