// Changes to one's own account that are sent with the entity tag of what was seen.

import { api, ask, askTagged, type Schemas } from '../api/client.ts';
import { session } from './session.svelte.ts';

/** The account as it is now; what the session knows may be older. */
export async function readAccount(): Promise<{ account: Schemas['Account']; tag: string }> {
    const { data, tag } = await askTagged(api.GET('/account'));
    session.account = data;
    return { account: data, tag };
}

/** 412 when it was changed elsewhere since `tag`. */
export async function editAccount(changes: Schemas['EditAccount'], tag: string): Promise<void> {
    session.account = await ask(
        api.PATCH('/account', { params: { header: { 'If-Match': tag } }, body: changes }),
    );
}

/** For a switch: nobody edits it word by word, so the last one who turns it is right. */
export async function switchAccount(changes: Schemas['EditAccount']): Promise<void> {
    const { tag } = await readAccount();
    await editAccount(changes, tag);
}
