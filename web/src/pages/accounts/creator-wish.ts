// Whoever signs up to stream may first have to prove an e-mail address. The wish waits in this browser until then.

import { api, ask } from '../../api/client.ts';
import { asProblem } from '../../api/problem.ts';
import { session } from '../../shell/session.svelte.ts';

const STORED = 'wishes-to-create';

export function hasWish(): boolean {
    try {
        return localStorage.getItem(STORED) !== null;
    } catch {
        return false;
    }
}

export function keepWish(): void {
    try {
        localStorage.setItem(STORED, '1');
    } catch {
        // Without storage the settings have a button for it.
    }
}

function forgetWish(): void {
    try {
        localStorage.removeItem(STORED);
    } catch {
        // Then there was none.
    }
}

/** What has become of it: the account is a creator's, is looked at, or must prove its address first. */
export async function becomeCreator(): Promise<'approved' | 'pending' | 'unproved'> {
    try {
        const account = await ask(api.POST('/account/creator'));
        forgetWish();
        // The session knows of roles, and may be another one with new rights.
        await session.load();
        return account.creator === 'approved' ? 'approved' : 'pending';
    } catch (thrown) {
        if (asProblem(thrown).kind !== 'email-not-verified') throw thrown;
        keepWish();
        return 'unproved';
    }
}
