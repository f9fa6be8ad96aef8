// screenshots.mjs FOLDER NAME=REPORT.html…: what the pages look like: on a desk in light and dark, on a phone, and printed (a PDF
// and its first page's picture); of a merged page also its first failed cell. For looking at.
import {mkdirSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {Chromium, findChromium} from './chromium.mjs';

const [folder, ...pages] = process.argv.slice(2);
const program = findChromium();
if (!program || !folder || pages.length === 0) {
  console.error(program ? 'usage: screenshots.mjs FOLDER NAME=REPORT.html…' : 'screenshots: there is no chromium in PATH');
  process.exit(2);
}
mkdirSync(folder, {recursive: true});
const browser = new Chromium(program);
await browser.start();
const pause = () => browser.evaluate('new Promise((resolve) => setTimeout(resolve, 300))');
for (const page of pages) {
  const at = page.indexOf('=');
  const name = page.slice(0, at);
  const address = 'file://' + resolve(page.slice(at + 1));
  const shot = async (suffix, hash, options) => {
    await browser.emulate(options);
    await browser.open(address + hash);
    await pause();
    const file = join(folder, `${name}-${suffix}.png`);
    writeFileSync(file, await browser.screenshot());
    console.log(file);
  };
  const desk = {width: 1280, height: 1500};
  const phone = {width: 390, height: 1500};
  await shot('light', '', desk);
  await shot('dark', '', {...desk, dark: true});
  await shot('phone', '', phone);
  await shot('print', '', {width: 794, height: 1123, media: 'print'});
  await browser.emulate({...desk, media: 'print'});
  writeFileSync(join(folder, `${name}.pdf`), await browser.print());
  await browser.emulate(desk);
  await browser.open(address);
  const failed = await browser.evaluate('(document.querySelector("#grid td.FAIL a") || document.querySelector(".cause a") || {hash: ""}).hash');
  if (failed) {
    const tall = {width: 1280, height: 2200};
    await shot('failure', failed, tall);
    await shot('failure-phone', failed, phone);
  }
  const plots = await browser.evaluate('document.querySelector(".plots svg") !== null');
  if (plots || failed) {
    await browser.emulate(desk);
    const cell = await browser.evaluate('(document.querySelector("#grid td.PASS a") || {hash: ""}).hash');
    await browser.open(address + cell);
    await pause();
    await browser.evaluate('document.querySelector("main > section:not(.away) .plots")?.scrollIntoView()');
    await pause();
    writeFileSync(join(folder, `${name}-plots.png`), await browser.screenshot());
  }
}
await browser.close();
