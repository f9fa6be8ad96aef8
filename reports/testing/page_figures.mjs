// page_figures.mjs REPORT.html… [--json]: how large a page is, how long it takes to open (three times) and to filter.
import {statSync} from 'node:fs';
import {resolve} from 'node:path';
import {Chromium, findChromium} from './chromium.mjs';

const files = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const program = findChromium();
if (!program) {
  console.error('page_figures: there is no chromium in PATH');
  process.exit(2);
}
const browser = new Chromium(program);
await browser.start();

// Words and verdicts that leave many cells, few, none and all: from the key press to the next frame on the screen.
const filter = () => browser.evaluate(`(async () => {
  const bar = document.querySelector('#grid .filter') || document.querySelector('.filter');
  if (!bar) return [];
  const input = bar.querySelector('input');
  const times = [];
  const timed = async (act) => {
    const begin = performance.now();
    act();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    times.push(Math.round(performance.now() - begin));
    await new Promise((resolve) => setTimeout(resolve, 700));
  };
  for (const words of ['6.12', 'lab', 'vfs', 'nothing has this', '6', '']) await timed(() => {
    input.value = words;
    input.dispatchEvent(new Event('input'));
  });
  for (const verdict of ['PASS', 'FAIL', 'PASS', 'FAIL']) await timed(() => bar.querySelector('button[data-verdict=' + verdict + ']').click());
  return times;
})()`);

const figures = [];
for (const file of files) {
  const open = [];
  for (let i = 0; i < 3; ++i) open.push(Math.round(await browser.open('file://' + resolve(file))));
  await browser.evaluate('new Promise((resolve) => setTimeout(resolve, 700))');
  figures.push({file, megabytes: statSync(file).size / 1e6, open_ms: open, filter_ms: await filter()});
}
await browser.close();
if (process.argv.includes('--json')) {
  console.log(JSON.stringify(figures));
} else {
  for (const {file, megabytes, open_ms, filter_ms} of figures) console.log(`${file}: ${megabytes.toFixed(2)} MB, opens in ${open_ms.join(', ')} ms, filters in ${filter_ms.join(', ')} ms`);
}
