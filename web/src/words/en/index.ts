import { accounts } from './accounts.ts';
import { admin } from './admin.ts';
import { common } from './common.ts';
import { contract } from './contract.ts';
import { landing } from './landing.ts';
import { notifications } from './notifications.ts';
import { player } from './player.ts';
import { problems } from './problems.ts';
import { settings } from './settings.ts';
import { room } from './room.ts';
import { shell } from './shell.ts';
import { streams } from './streams.ts';
import { studio } from './studio.ts';
import { watch } from './watch.ts';

/** English is the catalogue that names the keys; the other languages must have the same. */
const words = {
    accounts,
    admin,
    common,
    contract,
    landing,
    notifications,
    player,
    problems,
    settings,
    room,
    shell,
    streams,
    studio,
    watch,
} as const;

export type Catalogue = typeof words;
export default words;
