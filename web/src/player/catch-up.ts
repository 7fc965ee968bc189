// How close to the live edge a page plays.
//
// What keeps a picture from stalling is the buffer that is left just before the next part arrives:
// its low water. The controller holds the low water at a target, by playing a few per cent faster
// or slower. The distance to the camera follows from it and is as short as this line allows: how
// long parts are, how far away the server is and how evenly they come are all in the low water.
// A stall widens the target at once, quiet time narrows it again, slowly. It seeks only when
// playing faster would take minutes.

export interface CatchUpOptions {
    /** Playback rates between which the controller moves; higher ones are heard. */
    maxRate: number;
    minRate: number;
    /** The most by which the rate changes in a second, so that no change is noticed. */
    slewPerSecond: number;
    /** Rate gained per second of surplus. */
    gain: number;
    /** A surplus or lack of less than this is none; s. */
    deadBand: number;
    /** Bounds of the target, whatever parts and stalls there are; s. */
    minTarget: number;
    maxTarget: number;
    /** How long the low water is looked back for; s. */
    window: number;
    /** Quiet time after a stall before the target narrows; doubles with each further stall; s. */
    quiet: number;
    maxQuiet: number;
    /** How fast the target narrows after that; s per s. */
    narrowing: number;
    /** Further behind the live edge than this, it seeks; s. */
    farBehind: number;
}

const DEFAULTS: CatchUpOptions = {
    maxRate: 1.07,
    minRate: 0.95,
    slewPerSecond: 0.08,
    gain: 0.25,
    deadBand: 0.04,
    minTarget: 0.2,
    maxTarget: 3,
    window: 1.5,
    quiet: 10,
    maxQuiet: 120,
    narrowing: 0.01,
    farBehind: 7,
};

/** What the player sees at one moment; all in seconds. */
export interface Moment {
    now: number;
    /** Media buffered ahead of the playhead. */
    ahead: number;
    /** From the playhead to the live edge; undefined while unknown. */
    behind: number | undefined;
    /** Playing: not paused, not seeking, not waiting for data. */
    playing: boolean;
}

export interface Decision {
    rate: number;
    /** Jump to the live edge: it is too far away to catch up. */
    seek: boolean;
}

export class CatchUp {
    #options: CatchUpOptions;
    #floor: number;
    #target: number;
    #rate = 1;
    #levels: { at: number; ahead: number }[] = [];
    #last: number | undefined;
    #stalledAt = -Infinity;
    #quiet: number;
    #farSince: number | undefined;

    constructor(options: Partial<CatchUpOptions> = {}) {
        this.#options = { ...DEFAULTS, ...options };
        this.#floor = this.#options.minTarget;
        this.#target = this.#floor;
        this.#quiet = this.#options.quiet;
    }

    /** The low water that is aimed at now; s. */
    get target(): number {
        return this.#target;
    }

    get rate(): number {
        return this.#rate;
    }

    /** How long the parts of this stream are: one of them is the least to keep in hand. */
    partsLast(seconds: number): void {
        const { minTarget, maxTarget } = this.#options;
        const floor = Math.min(maxTarget, Math.max(minTarget, seconds));
        if (floor === this.#floor) return;
        this.#target = Math.max(floor, this.#target + floor - this.#floor);
        this.#floor = floor;
    }

    /** The picture stood still for want of data. */
    stalled(now: number): void {
        const { maxTarget, quiet, maxQuiet } = this.#options;
        const again = now - this.#stalledAt < 2 * this.#quiet;
        this.#quiet = again ? Math.min(maxQuiet, 2 * this.#quiet) : quiet;
        this.#stalledAt = now;
        this.#target = Math.min(maxTarget, this.#target + Math.max(0.15, 0.4 * this.#target));
        this.#levels = [];
        this.#rate = 1;
    }

    /** After a seek or a new source what was measured says nothing any more. */
    restart(): void {
        this.#levels = [];
        this.#last = undefined;
        this.#farSince = undefined;
        this.#rate = 1;
    }

    /** To be called about ten times a second: often enough to see the low water of short parts. */
    update(moment: Moment): Decision {
        const elapsed = this.#last === undefined ? 0 : Math.max(0, moment.now - this.#last);
        this.#last = moment.now;
        if (!moment.playing) {
            this.#levels = [];
            this.#farSince = undefined;
            this.#rate = 1;
            return { rate: 1, seek: false };
        }
        this.#narrow(moment.now, elapsed);
        const seek = this.#isFarBehind(moment);
        this.#slew(this.#wanted(moment), elapsed);
        return { rate: Math.round(this.#rate * 100) / 100, seek };
    }

    #narrow(now: number, elapsed: number): void {
        if (now - this.#stalledAt < this.#quiet) return;
        this.#target = Math.max(this.#floor, this.#target - this.#options.narrowing * elapsed);
    }

    /** The rate that the low water of the last moments asks for. */
    #wanted(moment: Moment): number {
        const { window, deadBand, gain, minRate, maxRate } = this.#options;
        this.#levels.push({ at: moment.now, ahead: moment.ahead });
        const from = moment.now - Math.max(window, 4 * this.#floor);
        this.#levels = this.#levels.filter((level) => level.at >= from);
        const first = this.#levels[0];
        const low = Math.min(...this.#levels.map((level) => level.ahead));
        const surplus = low - this.#target;
        // Before one whole part went by, the lowest level may be yet to come; a lack is certain.
        const known = first !== undefined && moment.now - first.at >= 1.5 * this.#floor;
        if (Math.abs(surplus) <= deadBand || (surplus > 0 && !known)) return 1;
        return Math.min(maxRate, Math.max(minRate, 1 + gain * surplus));
    }

    #slew(wanted: number, elapsed: number): void {
        const most = this.#options.slewPerSecond * elapsed;
        this.#rate += Math.min(most, Math.max(-most, wanted - this.#rate));
    }

    #isFarBehind(moment: Moment): boolean {
        const far = moment.behind !== undefined && moment.behind > this.#options.farBehind;
        if (!far) this.#farSince = undefined;
        else this.#farSince ??= moment.now;
        // A live edge that leaps for one moment, as after a reload, is no reason to jump.
        return this.#farSince !== undefined && moment.now - this.#farSince >= 0.5;
    }
}
