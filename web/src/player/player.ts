// The watch page's player: follows the stream's state, opens and reopens its source, keeps close
// to the live edge, and tells the page what to show. It never gives up by itself.

import { Access, isRefusal, type Ask, type Refusal } from './access.ts';
import { Backoff } from './backoff.ts';
import { CatchUp } from './catch-up.ts';
import type { Feed, FeedEvents, Followed } from './followed.ts';
import { phaseOf, wantsSource, type Knowledge, type Phase, type Picture } from './phase.ts';
import { outdates, remember, remembered, wishOf, type Wish } from './quality.ts';
import { RenditionList, type Rendition } from './rendition-list.ts';
import { ServerClock } from './server-clock.ts';
import type { Opening, Source, SourceEvents } from './source.ts';

const TICK_MS = 100;
/** Every so many ticks the page is told. */
const TICKS_PER_VIEW = 3;
/** The playhead moves no further from one tick to the next, in the background too, but by a jump. */
const LONGEST_STEP_S = 2.5;
/** A picture that did not move for so long stands still; ms. */
const STILL_MS = 600;
/** A source that brings nothing new for so long while the stream is live is opened anew; ms. */
const STUCK_MS = 5000;
/** Playing so long means that all is well, and the next failure is a new one; ms. */
const WELL_MS = 5000;
/** A source this young may jump to the live edge before anybody has seen much of it; ms. */
const FRESH_MS = 3000;
/** ... if that brings it closer by this much; s. */
const WORTH_A_JUMP_S = 0.6;
/** A picture that just began or jumped may falter without that saying anything of the line; ms. */
const SETTLING_MS = 1000;
/** Further behind than this the page offers to go live; s. */
const NOTABLY_BEHIND_S = 3;
/** How far behind the live edge a stream for bad lines is played, and what it keeps buffered at least; s. */
const NORMAL_DISTANCE_S = 6;
const NORMAL_CATCH_UP = { minTarget: 4, maxTarget: 10, deadBand: 0.5, farBehind: 25 };
/** Timers cannot wait longer than this, and need not: an address is looked at again then; ms. */
const LONGEST_TIMER_MS = 3_600_000;
/** A pause longer than this ends with a jump to the live edge; ms. */
const SHORT_PAUSE_MS = 1000;

export interface Statistics {
    /** Age of the picture by the server's clock, else the distance to the live edge; s. */
    latency: number | undefined;
    buffer: number;
    target: number;
    rate: number;
    width: number;
    height: number;
    bitrate: number | undefined;
    droppedFrames: number;
    stalls: number;
}

export interface View {
    phase: Phase;
    /** Why there is no picture, while the phase is `gated`. */
    refusal: Refusal | undefined;
    /** The viewer is behind the live edge by choice or mishap. */
    behind: boolean;
    /** The browser let it play only without sound: the viewer has to ask for it. */
    silenced: boolean;
    /** The browser did not let it play at all until the viewer asks. */
    blocked: boolean;
    statistics: Statistics;
}

export interface PlayerOptions {
    media: HTMLVideoElement;
    /** Opens the feed that tells of the stream. */
    feed: (events: FeedEvents<Followed>) => Feed;
    /** Asks for an address where the stream has no public one. */
    ask: Ask;
    /** Whether the viewer has to be warned of a stream for grown-ups. */
    warns: boolean;
    show: (view: View) => void;
}

interface ChromeMedia extends HTMLVideoElement {
    /** Read by media-chrome's quality menu. */
    videoRenditions?: RenditionList;
}

export class Player {
    #media: ChromeMedia;
    #show: (view: View) => void;
    #feed: Feed;
    #access: Access;
    #warns: boolean;
    #renditions: RenditionList;
    #clock = new ServerClock();
    #catchUp = new CatchUp();
    #backoff = new Backoff();
    #listeners = new AbortController();
    #timer: number;
    #ticks = 0;

    #stream: Followed | undefined;
    #knowledge: Knowledge = 'asking';
    #reachable = true;

    #source: Source | undefined;
    /** What the open source was opened for. */
    #opened: Followed | undefined;
    #refusal: Refusal | undefined;
    /** Ends the use of an address with a token before it ends by itself. */
    #renewal: number | undefined;
    #wish: Wish = remembered();
    #opening = false;
    #retry: number | undefined;

    #position = 0;
    #movedAt = -Infinity;
    #wellSince: number | undefined;
    #progressAt = 0;
    #edge = 0;
    #hasPicture = false;
    /** When the open source showed its first picture; when the playhead last jumped. */
    #bornAt: number | undefined;
    #jumpedAt = -Infinity;
    #pausedAt: number | undefined;
    #silenced = false;
    #blocked = false;
    #stalls = 0;

    constructor({ media, feed, ask, warns, show }: PlayerOptions) {
        this.#media = media;
        this.#show = show;
        this.#warns = warns;
        this.#access = new Access(ask);
        this.#renditions = new RenditionList((index) => this.#choose(index));
        this.#media.videoRenditions = this.#renditions;
        this.#feed = feed({
            stream: (stream) => this.#learn(stream),
            unknown: () => this.#lose(),
            reachable: (yes) => this.#reach(yes),
            date: (date, sent, received) => this.#clock.observe(date, sent, received),
        });
        this.#listen();
        this.#timer = window.setInterval(() => this.#tick(), TICK_MS);
        void this.#feed.run();
    }

    destroy(): void {
        this.#feed.stop();
        this.#listeners.abort();
        window.clearInterval(this.#timer);
        this.#close();
    }

    /** Jumps to the live edge and plays. */
    goLive(): void {
        const position = this.#livePosition();
        if (position !== undefined && position > this.#media.currentTime) {
            this.#media.currentTime = position;
            this.#jumpedAt = performance.now();
        }
        this.#catchUp.restart();
        this.#pausedAt = undefined;
        if (this.#media.paused) void this.#play();
    }

    /** The viewer asked for sound, or for a picture that the browser held back. */
    allow(): void {
        this.#media.muted = false;
        if (this.#media.volume === 0) this.#media.volume = 0.5;
        this.#silenced = false;
        this.#blocked = false;
        this.goLive();
    }

    /** The viewer wants to see what the warning is about. */
    acceptMature(): void {
        this.#warns = false;
        this.retry();
    }

    /** Asks for admission anew: with a password, or after the viewer has signed in or follows. */
    retry(password?: string): void {
        if (password !== undefined) this.#access.password = password;
        this.#refusal = undefined;
        this.#follow();
        this.#tell();
    }

    #learn(stream: Followed): void {
        // A new broadcast does not continue the playlist of one that ended.
        const isNew = this.#knowledge === 'ended' && stream.state === 'live';
        if (isNew) this.#close();
        const before = this.#stream;
        const rightsChanged =
            before?.playbackUrl !== stream.playbackUrl || before.mature !== stream.mature;
        if (rightsChanged) this.#refusal = undefined;
        if (before?.latencyMode !== stream.latencyMode) {
            this.#catchUp = new CatchUp(stream.latencyMode === 'normal' ? NORMAL_CATCH_UP : {});
        }
        this.#stream = stream;
        this.#knowledge = stream.state;
        this.#follow();
        this.#tell();
    }

    #lose(): void {
        this.#knowledge = 'unknown';
        this.#close();
        this.#tell();
    }

    #reach(yes: boolean): void {
        if (this.#reachable === yes) return;
        this.#reachable = yes;
        this.#follow();
        this.#tell();
    }

    /** Opens, reopens or closes the source as the stream's state asks for. */
    #follow(): void {
        const isOpen = this.#source !== undefined || this.#opening;
        if (!wantsSource(this.#knowledge, isOpen)) {
            this.#close();
            return;
        }
        const stream = this.#stream;
        if (this.#knowledge !== 'live' || stream === undefined) return;
        if (isOpen && this.#opened !== undefined && hasChanged(this.#opened, stream)) this.#close();
        if (this.#refusal !== undefined) return;
        if (stream.mature && this.#warns) {
            this.#close();
            this.#refusal = { denied: 'mature', detail: '' };
            return;
        }
        if (this.#source === undefined && !this.#opening && this.#retry === undefined) {
            void this.#open(stream);
        }
    }

    async #open(stream: Followed): Promise<void> {
        this.#opening = true;
        this.#opened = stream;
        try {
            const admitted = this.#access.admit(stream.playbackUrl);
            const [engine, admission] = await Promise.all([loadEngine(this.#media), admitted]);
            if (!this.#opening || this.#opened !== stream) return;
            this.#opening = false;
            if (isRefusal(admission)) {
                this.#opened = undefined;
                this.#refusal = admission;
                this.#tell();
                return;
            }
            this.#catchUp.restart();
            this.#progressAt = performance.now();
            this.#edge = 0;
            const opening: Opening = {
                url: admission.url,
                wish: this.#wish,
                distance: stream.latencyMode === 'normal' ? NORMAL_DISTANCE_S : undefined,
            };
            this.#source = engine(this.#media, this.#sourceEvents(), opening);
            this.#renew();
        } catch {
            // Neither the engine's own file nor an address could be fetched: the server is gone.
            this.#opening = false;
            this.#fail();
        }
    }

    /** Opens the source anew with another address before the present one ends. */
    #renew(): void {
        const { remaining } = this.#access;
        if (remaining === Infinity) return;
        this.#renewal = window.setTimeout(
            () => {
                if (this.#access.remaining > 0) {
                    this.#renew();
                    return;
                }
                this.#close();
                this.#follow();
            },
            Math.min(remaining, LONGEST_TIMER_MS),
        );
    }

    #sourceEvents(): SourceEvents {
        return {
            ready: (renditions: readonly Rendition[], selected: number) => {
                this.#renditions.replace(renditions, selected);
                if (!this.#media.paused || this.#pausedAt === undefined) void this.#play();
            },
            failed: (_, refused) => {
                if (refused) this.#access.refused();
                this.#fail();
            },
            date: (date, sent, received) => this.#clock.observe(date, sent, received),
            partsLast: (seconds) => this.#catchUp.partsLast(seconds),
        };
    }

    /** What the viewer picked in the menu. */
    #choose(index: number): void {
        const before = this.#wish;
        this.#wish = wishOf([...this.#renditions], index);
        remember(this.#wish);
        // What plays without a picture has no place to put one, and one that has waits for it.
        const reopens = (before === 0) !== (this.#wish === 0);
        if (!reopens) {
            this.#source?.choose(index);
            return;
        }
        this.#close();
        this.#follow();
        this.#tell();
    }

    /** The source is of no use any more: the server is asked at once, and soon tried again. */
    #fail(): void {
        this.#close();
        this.#feed.poke();
        this.#retry = window.setTimeout(() => {
            this.#retry = undefined;
            if (this.#reachable) this.#follow();
        }, this.#backoff.next());
    }

    #close(): void {
        window.clearTimeout(this.#retry);
        window.clearTimeout(this.#renewal);
        this.#retry = undefined;
        this.#opening = false;
        this.#opened = undefined;
        this.#hasPicture = false;
        this.#bornAt = undefined;
        const source = this.#source;
        this.#source = undefined;
        source?.close();
        this.#renditions.replace([]);
    }

    /** Plays, if need be without sound, since a browser may refuse a page that nobody touched. */
    async #play(): Promise<void> {
        try {
            await this.#media.play();
            this.#blocked = false;
        } catch (error) {
            if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
            if (this.#media.muted) {
                this.#blocked = true;
                return;
            }
            this.#media.muted = true;
            this.#silenced = true;
            await this.#play();
        }
    }

    #listen(): void {
        const { signal } = this.#listeners;
        const media = this.#media;
        const on = (name: string, run: () => void) => media.addEventListener(name, run, { signal });
        on('waiting', () => this.#wait());
        on('pause', () => {
            if (this.#source !== undefined && !media.ended) this.#pausedAt = performance.now();
        });
        on('play', () => {
            const since = this.#pausedAt;
            this.#pausedAt = undefined;
            if (since !== undefined && performance.now() - since > SHORT_PAUSE_MS) this.goLive();
        });
        on('volumechange', () => {
            if (!media.muted) this.#silenced = false;
        });
        const look = () => {
            if (!document.hidden) this.#feed.poke();
        };
        document.addEventListener('visibilitychange', look, { signal });
        window.addEventListener('online', look, { signal });
    }

    #wait(): void {
        if (this.#media.seeking || this.#media.paused || !this.#hasPicture) return;
        // Data that nobody sends says nothing about the line.
        if (this.#source === undefined || this.#knowledge !== 'live' || !this.#reachable) return;
        const now = performance.now();
        if (now - Math.max(this.#jumpedAt, this.#bornAt ?? now) < SETTLING_MS) return;
        this.#stalls += 1;
        this.#catchUp.stalled(now / 1000);
    }

    #tick(): void {
        const now = performance.now();
        const media = this.#media;
        const step = media.currentTime - this.#position;
        const moved = step > 0 && step < LONGEST_STEP_S && !media.seeking;
        this.#position = media.currentTime;
        if (moved && media.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !media.paused) {
            this.#movedAt = now;
            this.#hasPicture = this.#source !== undefined;
            if (this.#hasPicture) this.#bornAt ??= now;
        }
        this.#steer(now);
        this.#judge(now);
        this.#ticks += 1;
        if (this.#ticks % TICKS_PER_VIEW === 0) this.#tell();
    }

    #steer(now: number): void {
        const source = this.#source;
        if (source === undefined || !source.steerable || document.hidden) return;
        const media = this.#media;
        const decision = this.#catchUp.update({
            now: now / 1000,
            ahead: this.#ahead(),
            behind: source.behind,
            playing: !media.paused && !media.seeking && now - this.#movedAt < STILL_MS,
        });
        if (media.playbackRate !== decision.rate) media.playbackRate = decision.rate;
        // Who pauses wants it paused, also in the moment in which a player still looks for its place.
        if (!media.paused && (decision.seek || this.#startedLate(now))) this.goLive();
    }

    /** hls.js starts at a key frame or where the playlist began: what is buffered may be nearer. */
    #startedLate(now: number): boolean {
        if (this.#bornAt === undefined || now - this.#bornAt > FRESH_MS) return false;
        if (this.#media.seeking || now - this.#jumpedAt < SETTLING_MS) return false;
        const position = this.#livePosition();
        return position !== undefined && position - this.#media.currentTime > WORTH_A_JUMP_S;
    }

    /** Notices a source that does well, and one that is stuck without saying so. */
    #judge(now: number): void {
        const moving = now - this.#movedAt < STILL_MS;
        if (!moving) this.#wellSince = undefined;
        else this.#wellSince ??= now;
        if (this.#wellSince !== undefined && now - this.#wellSince > WELL_MS) this.#backoff.reset();

        const { buffered } = this.#media;
        const edge = buffered.length > 0 ? buffered.end(buffered.length - 1) : 0;
        const filling = !this.#hasPicture && edge !== this.#edge;
        this.#edge = edge;
        const resting =
            this.#knowledge !== 'live' ||
            !this.#reachable ||
            document.hidden ||
            this.#blocked ||
            this.#pausedAt !== undefined;
        if (moving || filling || resting) this.#progressAt = now;
        if (this.#source !== undefined && now - this.#progressAt > STUCK_MS) this.#fail();
    }

    #ahead(): number {
        const { buffered, currentTime } = this.#media;
        for (let i = 0; i < buffered.length; ++i) {
            if (buffered.start(i) <= currentTime + 0.1 && buffered.end(i) > currentTime) {
                return buffered.end(i) - currentTime;
            }
        }
        return 0;
    }

    /** As close to the edge as the present target allows, within what is buffered if possible. */
    #livePosition(): number | undefined {
        const target = this.#source?.livePosition;
        const { buffered } = this.#media;
        const last = buffered.length - 1;
        if (target === undefined || last < 0) return target;
        const end = buffered.end(last);
        if (end < target) return target;
        return Math.max(buffered.start(last), target, end - 2 * this.#catchUp.target);
    }

    get #picture(): Picture {
        if (!this.#hasPicture) return 'none';
        if (performance.now() - this.#movedAt < STILL_MS) return 'moving';
        return this.#media.paused ? 'paused' : 'waiting';
    }

    #latency(): number | undefined {
        const date = this.#source?.playingDate;
        if (date === undefined) return this.#source?.behind;
        return (this.#clock.now() - date) / 1000;
    }

    #tell(): void {
        const media = this.#media;
        const phase = phaseOf({
            knowledge: this.#knowledge,
            reachable: this.#reachable,
            picture: this.#picture,
            refused: this.#refusal !== undefined,
        });
        const distance = this.#hasPicture ? (this.#source?.behind ?? 0) : 0;
        this.#show({
            phase,
            refusal: this.#refusal,
            behind: distance > NOTABLY_BEHIND_S + this.#catchUp.target,
            silenced: this.#silenced && media.muted,
            blocked: this.#blocked && media.paused,
            statistics: {
                latency: this.#hasPicture ? this.#latency() : undefined,
                buffer: this.#ahead(),
                target: this.#catchUp.target,
                rate: media.playbackRate,
                width: media.videoWidth,
                height: media.videoHeight,
                bitrate: this.#source?.bitrate,
                droppedFrames: media.getVideoPlaybackQuality().droppedVideoFrames,
                stalls: this.#stalls,
            },
        });
    }
}

/** Whether `now` cannot be played by the source that was opened for `opened`. */
function hasChanged(opened: Followed, now: Followed): boolean {
    if (now.renditions.length === 0 || opened.renditions.length === 0) return false;
    if (opened.latencyMode !== now.latencyMode) return true;
    return opened.playbackUrl !== now.playbackUrl || outdates(opened.renditions, now.renditions);
}

type Engine = (media: HTMLMediaElement, events: SourceEvents, opening: Opening) => Source;

/** hls.js is most of the page's weight: it is fetched when there is something to play. */
async function loadEngine(media: HTMLMediaElement): Promise<Engine> {
    const canFeed = 'MediaSource' in window || 'ManagedMediaSource' in window;
    if (canFeed) {
        const { HlsSource } = await import('./hls-source.ts');
        if (HlsSource.isSupported) return (...args) => new HlsSource(...args);
    }
    const { NativeSource } = await import('./native-source.ts');
    if (!NativeSource.isSupported(media)) throw new Error('this browser plays no HLS');
    return (...args) => new NativeSource(...args);
}
