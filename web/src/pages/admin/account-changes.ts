// What of an edited account is different: only that is sent, since a moderator may send no more.

import type { Schemas } from '../../api/client.ts';

export interface Edited {
    roles: Schemas['Role'][];
    creator: string;
    status: string;
    statusReason: string;
}

type Before = Pick<Schemas['AdminAccount'], 'roles' | 'creator' | 'status' | 'statusReason'>;

function same(a: readonly string[], b: readonly string[]): boolean {
    return a.toSorted().join(' ') === b.toSorted().join(' ');
}

/** Undefined when nothing is. */
export function changesOf(before: Before, edited: Edited): Schemas['AdminEditAccount'] | undefined {
    const changes: Schemas['AdminEditAccount'] = {};
    if (!same(before.roles, edited.roles)) changes.roles = edited.roles;
    if (edited.creator !== before.creator) {
        if (
            edited.creator === 'approved' ||
            edited.creator === 'refused' ||
            edited.creator === 'none'
        )
            changes.creator = edited.creator;
    }
    if (edited.status !== before.status) {
        if (edited.status === 'active' || edited.status === 'suspended')
            changes.status = edited.status;
    }
    const reason = edited.status === 'suspended' ? edited.statusReason.trim() : '';
    if (reason !== before.statusReason) changes.statusReason = reason;
    return Object.keys(changes).length === 0 ? undefined : changes;
}
