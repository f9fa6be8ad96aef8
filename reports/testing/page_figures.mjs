// page_figures.mjs REPORT.html… [--shots FOLDER]: how large a page is, how long it takes to open and to filter, and
// screenshots of it: on a desk in light and dark, on a phone, with its first cell.
import {mkdirSync, statSync, writeFileSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {Chromium, findChromium} from './chromium.mjs';

const files = process.argv.slice(2);
const at = files.indexOf('--shots');
const shots = at < 0 ? '' : files.splice(at, 2)[1];
const browser = new Chromium(findChromium());
await browser.start();
for (const file of files) {
  const address = 'file://' + resolve(file);
  const open = await browser.open(address);
  // From the key press to the next frame.
  const filter = await browser.evaluate(`(async () => {
    const input = document.querySelector('.filter input');
    if (!input) return [];
    const times = [];
    for (const words of ['6.12', 'lab', 'vfs', '']) {
      const begin = performance.now();
      input.value = words;
      input.dispatchEvent(new Event('input'));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      times.push(Math.round(performance.now() - begin));
    }
    return times;
  })()`);
  console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(2)} MB, opens in ${Math.round(open)} ms, filters in ${filter.join(', ')} ms`);
  if (!shots) continue;
  mkdirSync(shots, {recursive: true});
  const name = `${basename(dirname(resolve(file)))}-${basename(file, '.html')}`;
  const shot = async (suffix, options) => writeFileSync(join(shots, `${name}-${suffix}.png`), await browser.screenshot(options));
  await shot('light', {width: 1280, height: 1400});
  await shot('dark', {width: 1280, height: 1400, dark: true});
  await shot('phone', {width: 390, height: 1400});
  await browser.open(address + '#c1');
  await browser.evaluate('new Promise((resolve) => setTimeout(resolve, 100))');
  await shot('cell', {width: 1280, height: 2400});
}
await browser.close();
