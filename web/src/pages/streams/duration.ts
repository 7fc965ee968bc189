// Lengths of time as people read them.

/** "0:07", "12:34", "1:02:03" */
export function clock(seconds: number): string {
    const whole = Math.max(0, Math.floor(seconds));
    const two = (value: number) => String(value).padStart(2, '0');
    const [hours, minutes, rest] = [
        Math.floor(whole / 3600),
        Math.floor(whole / 60) % 60,
        whole % 60,
    ];
    return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export interface Remaining {
    days: number;
    /** What is left beside whole days, as a clock shows it. */
    clock: string;
}

/** The time until a moment; undefined once it has come. */
export function until(moment: number, now: number): Remaining | undefined {
    const seconds = Math.ceil((moment - now) / 1000);
    if (seconds <= 0) return undefined;
    const days = Math.floor(seconds / 86_400);
    return { days, clock: clock(seconds - days * 86_400) };
}
