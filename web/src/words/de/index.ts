import { common } from './common.ts';
import { landing } from './landing.ts';
import { player } from './player.ts';
import { problems } from './problems.ts';
import { shell } from './shell.ts';
import { streams } from './streams.ts';
import { watch } from './watch.ts';

import type { Words } from '../translate.ts';

const words: Words = { common, landing, player, problems, shell, streams, watch };

export default words;
