// Whether an address can be watched, as simply as one can ask.

import assert from 'node:assert/strict';

export const status = async (url: string): Promise<number> => {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
};

/** Every address that a player would take from there answers 200. */
export async function plays(playlist: string): Promise<void> {
    const main = await fetch(playlist);
    assert.equal(main.status, 200);
    const renditions = (await main.text()).split('\n').filter((line) => /^\w+\.m3u8/.test(line));
    assert.ok(renditions.length > 0);
    const rendition = new URL(renditions[0] ?? '', playlist);
    const media = await fetch(rendition);
    assert.equal(media.status, 200);
    const parts = [...(await media.text()).matchAll(/URI="([^"]+\.(?:m4s|mp4))"/g)];
    assert.ok(parts.length > 0);
    assert.equal(await status(new URL(parts[0]?.[1] ?? '', rendition).href), 200);
}
