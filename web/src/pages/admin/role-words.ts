// Roles and states of accounts, by the keys of their words.

import type { Schemas } from '../../api/client.ts';
import type { KeyOf } from '../../words/translate.ts';

type Words = KeyOf<'admin'>;

export const ROLES: readonly Schemas['Role'][] = ['fan', 'creator', 'moderator', 'administrator'];

export const ROLE_WORDS = {
    fan: 'roleFan',
    creator: 'roleCreator',
    moderator: 'roleModerator',
    administrator: 'roleAdministrator',
} as const satisfies Record<Schemas['Role'], Words>;

export const STATUS_WORDS = {
    active: 'active',
    suspended: 'suspended',
} as const satisfies Record<Schemas['AccountStatus'], Words>;

export const CREATOR_WORDS = {
    none: 'creatorNone',
    pending: 'creatorPending',
    approved: 'creatorApproved',
    refused: 'creatorRefused',
} as const satisfies Record<Schemas['CreatorStatus'], Words>;
