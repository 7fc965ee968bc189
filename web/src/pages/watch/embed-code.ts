// What a site puts into its page to show a stream's player.

const attribute = (text: string): string =>
    text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** `address`: the player's own page. */
export function embedCode(address: string, title: string): string {
    return (
        `<iframe src="${attribute(address)}" title="${attribute(title)}" width="640" height="360" ` +
        'allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>'
    );
}
