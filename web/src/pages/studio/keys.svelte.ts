// Stream keys as long as this document is open: the server shows each only when it is made.

const keys: Record<string, string> = $state({});

/** Reactive; undefined for a key that was made before. */
export function knownKey(stream: string): string | undefined {
    return keys[stream];
}

export function rememberKey(stream: string, key: string): void {
    keys[stream] = key;
}

export function forgetKey(stream: string): void {
    delete keys[stream];
}
