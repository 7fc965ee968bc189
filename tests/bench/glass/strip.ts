// A picture that carries the wall clock: one row of black and white blocks at the top, readable
// after any codec.
//
//     block   0       1       2 … 42                43 … 50
//             white   black   milliseconds, MSB     check: sum of the value's six bytes, 8 bits
//             (the two first blocks give the level between black and white)

export const CLOCK_BITS = 41;
export const CHECK_BITS = 8;
export const BLOCKS = 2 + CLOCK_BITS + CHECK_BITS;

function checkOf(milliseconds: number): number {
    let rest = milliseconds;
    let sum = 0;
    for (let i = 0; i < 6; ++i) {
        sum += rest % 256;
        rest = Math.floor(rest / 256);
    }
    return (sum ^ 0x5a) & 0xff;
}

/** The blocks of a time in ms since 1970: true is white. */
export function encode(milliseconds: number): boolean[] {
    const blocks = [true, false];
    for (let bit = CLOCK_BITS - 1; bit >= 0; --bit) {
        blocks.push(Math.floor(milliseconds / 2 ** bit) % 2 === 1);
    }
    const check = checkOf(milliseconds);
    for (let bit = CHECK_BITS - 1; bit >= 0; --bit) blocks.push(((check >> bit) & 1) === 1);
    return blocks;
}

/** The time that blocks of this brightness (0..255) carry; undefined when the check fails. */
export function decode(brightness: readonly number[]): number | undefined {
    const [white, black] = brightness;
    if (brightness.length !== BLOCKS || white === undefined || black === undefined)
        return undefined;
    if (white - black < 60) return undefined;
    const level = (white + black) / 2;
    const bits = brightness.slice(2).map((value) => (value > level ? 1 : 0));
    const number = (from: number, to: number) =>
        bits.slice(from, to).reduce<number>((value, bit) => value * 2 + bit, 0);
    const milliseconds = number(0, CLOCK_BITS);
    const check = number(CLOCK_BITS, CLOCK_BITS + CHECK_BITS);
    return check === checkOf(milliseconds) ? milliseconds : undefined;
}
