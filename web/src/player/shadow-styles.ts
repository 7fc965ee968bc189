// Lets media-chrome live under a policy of `style-src 'self'`.
//
// Its elements write <style> into their shadow roots, which such a policy refuses. Constructed style
// sheets are not refused, since only a script that the policy let in can make them. So the markup of
// media-chrome's roots is taken apart here: every <style> becomes an adopted sheet, and leaves in
// its place an element of the same name whose `sheet` is that sheet, because media-chrome looks its
// rules up there to change them.

/** Any namespace but HTML's and SVG's: an element there is named `style` but is none. */
const STAND_IN_NAMESPACE = 'urn:directfanz:style';

function write(root: ShadowRoot, html: string): void {
    const template = document.createElement('template');
    template.innerHTML = html;
    const { content } = template;
    // Nested elements make their own shadow roots when they are upgraded.
    for (const nested of content.querySelectorAll('template[shadowrootmode]')) nested.remove();
    const sheets: CSSStyleSheet[] = [];
    for (const style of content.querySelectorAll('style')) {
        const media = style.getAttribute('media') ?? '';
        const sheet = new CSSStyleSheet({ media });
        sheet.replaceSync(style.textContent ?? '');
        sheets.push(sheet);
        const standIn = document.createElementNS(STAND_IN_NAMESPACE, 'style');
        if (media !== '') standIn.setAttribute('media', media);
        if (style.id !== '') standIn.id = style.id;
        Object.defineProperty(standIn, 'sheet', { value: sheet });
        style.replaceWith(standIn);
    }
    // Moved, not copied: a copy of a stand-in would have lost its sheet.
    root.replaceChildren(content);
    root.adoptedStyleSheets = sheets;
}

/** Runs where this file is imported, which has to be before any of media-chrome. */
function adoptShadowStyles(): void {
    const { prototype } = ShadowRoot;
    const inherited = Object.getOwnPropertyDescriptor(prototype, 'innerHTML');
    const set = inherited?.set;
    const isChrome = (root: ShadowRoot) => root.host.localName.startsWith('media-');
    if (inherited !== undefined && set !== undefined) {
        Object.defineProperty(prototype, 'innerHTML', {
            ...inherited,
            set(this: ShadowRoot, html: string) {
                if (isChrome(this)) write(this, html);
                else set.call(this, html);
            },
        });
    }
    const unsafe = prototype.setHTMLUnsafe as ((html: string) => void) | undefined;
    if (unsafe !== undefined) {
        prototype.setHTMLUnsafe = function (this: ShadowRoot, html: string) {
            if (isChrome(this)) write(this, html);
            else unsafe.call(this, html);
        };
    }
}

adoptShadowStyles();
