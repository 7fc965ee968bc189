// The server's clock, learned from the Date headers of answers that come anyway.
//
// A Date of D says that the server's clock stood in [D, D + 1 s) when it answered, which was after
// the request was sent and before the answer was here. So (server - here) lies between
// D - received and D + 1 s - sent. Every answer narrows the interval; a few seconds of a live
// playlist bring it down to about a round trip.

/** The widest believable step; anything that contradicts what was learned starts afresh. */
const DATE_RESOLUTION_MS = 1000;

export class ServerClock {
    #low = -Infinity;
    #high = Infinity;

    /** Takes in an answer; all in milliseconds, `sent` and `received` by this device's clock. */
    observe(date: number, sent: number, received: number): void {
        if (!Number.isFinite(date) || received < sent) return;
        const low = date - received;
        const high = date + DATE_RESOLUTION_MS - sent;
        const narrowedLow = Math.max(this.#low, low);
        const narrowedHigh = Math.min(this.#high, high);
        // A clock was set, here or there: only the newest answer counts.
        const contradiction = narrowedLow > narrowedHigh;
        this.#low = contradiction ? low : narrowedLow;
        this.#high = contradiction ? high : narrowedHigh;
    }

    /**
     * Server minus device, in milliseconds. Most clocks are kept by NTP, so "no difference" is
     * believed until an answer rules it out; then it is the smallest difference that fits.
     */
    get offset(): number {
        return Math.min(Math.max(0, this.#low), this.#high);
    }

    /** How wrong `offset` can be at most, in milliseconds. */
    get uncertainty(): number {
        return Math.max(this.offset - this.#low, this.#high - this.offset);
    }

    now(deviceNow: number = Date.now()): number {
        return deviceNow + this.offset;
    }
}
