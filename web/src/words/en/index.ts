import { common } from './common.ts';
import { landing } from './landing.ts';
import { player } from './player.ts';
import { problems } from './problems.ts';
import { shell } from './shell.ts';
import { streams } from './streams.ts';
import { watch } from './watch.ts';

/** English is the catalogue that names the keys; the other languages must have the same. */
const words = { common, landing, player, problems, shell, streams, watch } as const;

export type Catalogue = typeof words;
export default words;
