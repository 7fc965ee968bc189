// Short messages about what has just happened.

export interface Toast {
    id: number;
    kind: 'done' | 'failed';
    text: string;
}

const SHOWN_MS = 6000;
const MOST = 4;

let last = 0;
let toasts: readonly Toast[] = $state.raw([]);
const timers = new Map<number, ReturnType<typeof setTimeout>>();

export function currentToasts(): readonly Toast[] {
    return toasts;
}

export function dismiss(id: number): void {
    hold(id);
    toasts = toasts.filter((toast) => toast.id !== id);
}

/** While somebody looks at it, it stays. */
export function hold(id: number): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
}

export function release(id: number): void {
    hold(id);
    // What failed stays until it is put away: nobody may miss it.
    if (toasts.find((toast) => toast.id === id)?.kind !== 'done') return;
    timers.set(
        id,
        setTimeout(() => dismiss(id), SHOWN_MS),
    );
}

function tell(kind: Toast['kind'], text: string): void {
    last += 1;
    toasts = [...toasts, { id: last, kind, text }].slice(-MOST);
    release(last);
}

export const tellDone = (text: string): void => tell('done', text);
export const tellFailed = (text: string): void => tell('failed', text);
