// Numbers as people read them.

/** "0.8 s", "12 s"; "–" for what is not known. */
export function seconds(value: number | undefined): string {
    if (value === undefined || !Number.isFinite(value)) return '–';
    const shown = Math.max(0, value);
    return shown < 9.95 ? `${shown.toFixed(1)} s` : `${Math.round(shown)} s`;
}

/** "800 kbit/s", "2.4 Mbit/s" */
export function bitrate(bitsPerSecond: number | undefined): string {
    if (bitsPerSecond === undefined || !(bitsPerSecond > 0)) return '–';
    if (bitsPerSecond < 999_500) return `${Math.round(bitsPerSecond / 1000)} kbit/s`;
    return `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`;
}

/** "1.00×", "1.04×" */
export function rate(value: number): string {
    return `${value.toFixed(2)}×`;
}

/** "1280×720" */
export function size(width: number, height: number): string {
    return width > 0 && height > 0 ? `${width}×${height}` : '–';
}
