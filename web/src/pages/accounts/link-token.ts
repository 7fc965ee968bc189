// What a link from a mail or a log carries.

/** After `?token=` or `#token=`; empty without one. */
export function linkToken(url: URL): string {
    const fragment = new URLSearchParams(url.hash.slice(1));
    return url.searchParams.get('token') ?? fragment.get('token') ?? '';
}
