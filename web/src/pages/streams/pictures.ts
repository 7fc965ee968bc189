// Which picture stands for a stream, and how a live one is kept fresh.

/** A live picture is asked for anew this often; ms. */
export const REFRESH_MS = 15_000;

export interface Pictured {
    thumbnailUrl: string | null;
    coverUrl: string | null;
}

/** The live picture of the present moment, else the cover; undefined when there is neither. */
export function pictureOf(stream: Pictured, now: number): string | undefined {
    const { thumbnailUrl, coverUrl } = stream;
    if (thumbnailUrl === null) return coverUrl ?? undefined;
    // All cards of all viewers ask for the same picture within a period, so that caches can help.
    const moment = Math.floor(now / REFRESH_MS);
    return `${thumbnailUrl}${thumbnailUrl.includes('?') ? '&' : '?'}at=${moment}`;
}
