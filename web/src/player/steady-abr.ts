// hls.js's choice of the rendition, held back until the segment that is being loaded has ended.

import Hls, { type Events, type FragLoadedData } from 'hls.js';

import { endsSegment, type Loaded } from './segment-end.ts';

/** With less than this in hand going down cannot wait: the picture stands still anyway; s. */
const EMERGENCY_S = 0.1;

const AbrController = Hls.DefaultConfig.abrController;

export class SteadyAbr extends AbrController {
    #last: Loaded | undefined;

    /** Whether the rendition can be changed now without a seam. */
    get isBetweenSegments(): boolean {
        return endsSegment(this.#last, this.hls.latestLevelDetails);
    }

    override get nextAutoLevel(): number {
        const wanted = super.nextAutoLevel;
        const { levels, loadLevel } = this.hls;
        const present = levels[loadLevel];
        if (wanted === loadLevel || present === undefined) return wanted;
        // What does not come at all is not waited for.
        if (present.loadError > 0 || present.fragmentError > 0) return wanted;
        const ahead = this.hls.mainForwardBufferInfo?.len ?? 0;
        if (wanted < loadLevel && ahead < EMERGENCY_S) return wanted;
        return this.isBetweenSegments ? wanted : loadLevel;
    }

    override set nextAutoLevel(level: number) {
        super.nextAutoLevel = level;
    }

    protected override onFragLoaded(event: Events.FRAG_LOADED, data: FragLoadedData): void {
        super.onFragLoaded(event, data);
        const { frag, part } = data;
        if (frag.type === 'main' && frag.sn !== 'initSegment')
            this.#last = { segment: frag.sn, part: part?.index };
    }
}
