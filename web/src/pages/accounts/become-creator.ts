// A fan becomes a creator, at once or when somebody has looked at it.

import { api, ask } from '../../api/client.ts';
import { session } from '../../shell/session.svelte.ts';

export async function becomeCreator(): Promise<'approved' | 'pending'> {
    const account = await ask(api.POST('/account/creator'));
    // Roles have changed: the whole session is asked for anew.
    await session.load();
    return account.creator === 'approved' ? 'approved' : 'pending';
}
