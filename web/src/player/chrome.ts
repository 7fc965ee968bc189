// The elements of media-chrome that the pages use, and no others, in every language that the pages have.

import './shadow-styles.ts';
import 'media-chrome/dist/lang/de.js';
import 'media-chrome/dist/media-controller.js';
import 'media-chrome/dist/media-control-bar.js';
import 'media-chrome/dist/media-fullscreen-button.js';
import 'media-chrome/dist/media-loading-indicator.js';
import 'media-chrome/dist/media-mute-button.js';
import 'media-chrome/dist/media-pip-button.js';
import 'media-chrome/dist/media-play-button.js';
import 'media-chrome/dist/media-volume-range.js';
import 'media-chrome/dist/menu/media-chrome-menu-item.js';
import 'media-chrome/dist/menu/media-rendition-menu-button.js';
import './quality-menu.ts';

export { setLanguage } from 'media-chrome/dist/utils/i18n.js';
