// Addresses of the pages.

const WATCH = /^\/streaming\/live\/([^/]+)\/?$/;

/** The stream that an address shows; undefined for the landing page. */
export function streamIdOf(pathname: string): string | undefined {
    const encoded = WATCH.exec(pathname)?.[1];
    if (encoded === undefined) return undefined;
    try {
        return decodeURIComponent(encoded);
    } catch {
        // Not a name that any stream has; shown as it is, it will be unknown.
        return encoded;
    }
}

/** The watch page of what a fan pasted: a link to it, its path, or the bare id. */
export function watchPathOf(pasted: string): string | undefined {
    const text = pasted.trim();
    if (text === '') return undefined;
    const path = text.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/[?#].*$/, '');
    const linked = streamIdOf(path);
    if (linked !== undefined) return `/streaming/live/${encodeURIComponent(linked)}`;
    const isBare = /^[\w-]+$/.test(text);
    return isBare ? `/streaming/live/${text}` : undefined;
}
