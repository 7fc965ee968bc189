import assert from 'node:assert/strict';
import { test } from 'node:test';

import { actionOf } from './keyboard.ts';

const press = (key: string, path: string[] = ['body'], more = {}) =>
    actionOf({ key, path, modified: false, repeated: false, ...more });

test('the keys do what they do on other players', () => {
    assert.equal(press(' '), 'play');
    assert.equal(press('k'), 'play');
    assert.equal(press('m'), 'mute');
    assert.equal(press('f'), 'fullscreen');
    assert.equal(press('p'), 'picture-in-picture');
    assert.equal(press('l'), 'live');
    assert.equal(press('t'), 'theatre');
    assert.equal(press('i'), 'statistics');
    assert.equal(press('ArrowUp'), 'louder');
    assert.equal(press('ArrowDown'), 'quieter');
});

test('capitals count too, other keys do nothing', () => {
    assert.equal(press('K'), 'play');
    assert.equal(press('x'), undefined);
    assert.equal(press('constructor'), undefined);
});

test('with Ctrl, Alt or Meta a key belongs to the browser', () => {
    assert.equal(press('f', ['body'], { modified: true }), undefined);
});

test('in a field for text every key is text', () => {
    assert.equal(press('m', ['input', 'form', 'body']), undefined);
    assert.equal(press(' ', ['textarea']), undefined);
});

test('the space bar presses the button that has the focus, letters still work there', () => {
    assert.equal(press(' ', ['media-mute-button', 'media-control-bar']), undefined);
    assert.equal(press(' ', ['button']), undefined);
    assert.equal(press('m', ['media-play-button']), 'mute');
});

test('arrows move the slider or the menu that has the focus', () => {
    assert.equal(press('ArrowUp', ['input', 'media-volume-range']), undefined);
    assert.equal(press('ArrowDown', ['media-chrome-menu-item', 'media-rendition-menu']), undefined);
    assert.equal(press('m', ['input', 'media-volume-range']), 'mute');
});

test('a key that is held repeats only what is a matter of degree', () => {
    assert.equal(press('k', ['body'], { repeated: true }), undefined);
    assert.equal(press('ArrowUp', ['body'], { repeated: true }), 'louder');
});
