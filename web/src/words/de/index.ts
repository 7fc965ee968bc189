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

import type { Words } from '../translate.ts';

const words: Words = {
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
};

export default words;
