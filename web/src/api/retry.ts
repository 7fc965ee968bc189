// Asking again where that may help and cannot do harm.

const MOST_TRIES = 4;
/** Nobody looks at a page for longer than this without being told why it waits. */
const LONGEST_WAIT_S = 10;
const FIRST_WAIT_S = 0.5;

const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Seconds of a Retry-After header, which holds a number or a date. */
export function retryAfterOf(header: string | null, now = Date.now()): number | undefined {
    if (header === null || header.trim() === '') return undefined;
    const seconds = Number(header);
    if (Number.isFinite(seconds)) return Math.max(0, seconds);
    const date = Date.parse(header);
    return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/**
 * How many seconds to wait before the next try, undefined for none. `tries` have been made, the
 * last one answered with `status`, undefined for no answer.
 */
export function nextTry(
    tries: number,
    status: number | undefined,
    retryAfter: number | undefined,
): number | undefined {
    if (tries >= MOST_TRIES) return undefined;
    if (status !== undefined && !PASSING.has(status)) return undefined;
    if (retryAfter === undefined) return FIRST_WAIT_S * 2 ** (tries - 1);
    return retryAfter <= LONGEST_WAIT_S ? retryAfter : undefined;
}

/** Repeating it changes nothing: it reads, or the server knows it again by its key. */
export function mayRepeat(request: Request): boolean {
    return request.method === 'GET' || request.headers.has('Idempotency-Key');
}

function wait(seconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
        const stop = (): void => {
            clearTimeout(timer);
            reject(signal.reason);
        };
        const timer = setTimeout(() => {
            signal.removeEventListener('abort', stop);
            resolve();
        }, seconds * 1000);
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
    });
}

/** As fetch, but patient with what passes. */
export async function patientFetch(request: Request): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
        let response: Response | undefined;
        let failure: unknown;
        try {
            response = await fetch(request.clone());
        } catch (thrown) {
            if (request.signal.aborted) throw thrown;
            failure = thrown;
        }
        const after = retryAfterOf(response?.headers.get('Retry-After') ?? null);
        const seconds = mayRepeat(request) ? nextTry(tries, response?.status, after) : undefined;
        if (seconds !== undefined) {
            await wait(seconds, request.signal);
            continue;
        }
        if (response === undefined) throw failure;
        return response;
    }
}
