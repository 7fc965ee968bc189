// Whether a time that was announced still counts.

/** A creator may be late; ms. */
const PATIENCE_MS = 3 * 3_600_000;
/** A broadcast that ended so shortly before the time, or later, was the one that was announced; ms. */
const EARLY_MS = 3_600_000;

export interface Plan {
    scheduledAt: string | null;
    /** Of the last broadcast. */
    endedAt?: string | null;
}

export function isPlanned({ scheduledAt, endedAt = null }: Plan, now: number): boolean {
    if (scheduledAt === null) return false;
    const start = Date.parse(scheduledAt);
    if (endedAt !== null && Date.parse(endedAt) > start - EARLY_MS) return false;
    return now - start < PATIENCE_MS;
}
