// The list of renditions that media-chrome's quality menu reads from the media element, filled from
// hls.js. It has the shape of the media-tracks proposal as far as the menu uses it.

/** Without a picture width and height are 0. */
export interface Rendition {
    /** The server's name for it, unlike that of any other. */
    id: string;
    width: number;
    height: number;
    bitrate: number;
}

export class RenditionList extends EventTarget {
    #renditions: Rendition[] = [];
    #selected = -1;
    #choose: (index: number) => void;

    /** `choose` is called with the index that the viewer picked, -1 for automatic. */
    constructor(choose: (index: number) => void) {
        super();
        this.#choose = choose;
    }

    get length(): number {
        return this.#renditions.length;
    }

    [Symbol.iterator](): Iterator<Rendition> {
        return this.#renditions[Symbol.iterator]();
    }

    get selectedIndex(): number {
        return this.#selected;
    }

    set selectedIndex(index: number) {
        if (index === this.#selected) return;
        this.#selected = index;
        this.#choose(index);
        this.dispatchEvent(new Event('change'));
    }

    /** A new source, which has chosen `selected` by itself; one rendition leaves nothing to choose. */
    replace(renditions: readonly Rendition[], selected = -1): void {
        for (let index = 0; index < this.#renditions.length; ++index)
            this.#expose(index, undefined);
        this.#renditions = renditions.length > 1 ? [...renditions] : [];
        for (const [index, rendition] of this.#renditions.entries()) this.#expose(index, rendition);
        this.#selected = this.#renditions.length > 0 ? selected : -1;
        this.dispatchEvent(new Event('addrendition'));
        this.dispatchEvent(new Event('change'));
    }

    /** media-chrome reads `list[index]`. */
    #expose(index: number, value: Rendition | undefined): void {
        Object.defineProperty(this, index, { value, configurable: true });
    }
}
