// report.html in a browser: page_test.mjs REPORT_SAMPLES. Exit code 77: there is no Chromium.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Chromium, findChromium} from './chromium.mjs';

const program = findChromium();
if (!program) {
  console.log('SKIP: there is no chromium in PATH, so report.html was not tried in a browser');
  process.exit(77);
}
const folder = mkdtempSync(join(tmpdir(), 'vfqual-page-'));
const browser = new Chromium(program);
const page = async (kind, hash = '') => {
  const file = join(folder, kind + '.html');
  execFileSync(process.argv[2], ['page', kind, file]);
  const address = 'file://' + file + hash;
  await browser.open(address);
  return address;
};
const isQuiet = (address) => assert.deepEqual(browser.complaints(address), []);
const visible = (selector) => browser.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})].filter((node) => node.checkVisibility({visibilityProperty: true})).length`);
const type = (scope, words) => browser.evaluate(`{ const input = document.querySelector(${JSON.stringify(scope + ' input')}); input.value = ${JSON.stringify(words)}; input.dispatchEvent(new Event('input')); }`);
const press = (scope, verdict) => browser.evaluate(`document.querySelector(${JSON.stringify(`${scope} button[data-verdict=${verdict}]`)}).click()`);

const settled = () => browser.evaluate('new Promise((resolve) => setTimeout(resolve, 500))');

const tests = {
  async 'a run: no complaint, filters of tests, plots'() {
    const address = await page('passing');
    isQuiet(address);
    const all = await visible('.tests tr[data-v]');
    assert.ok(all > 2);
    await type('.tests .filter', 'no such test');
    assert.equal(await visible('.tests tr[data-v]'), 0);
    await type('.tests .filter', '');
    await press('.tests .filter', 'PASS');
    assert.ok((await visible('.tests tr[data-v]')) < all);
    assert.equal(await visible('.tests tr[data-v=PASS]'), 0);
    assert.ok((await visible('svg.plot')) > 0);
    isQuiet(address);
  },
  async 'links to a stage lead to it'() {
    const address = await page('failing', '#c1-stage-boot');
    assert.equal(await browser.evaluate('document.querySelector(".current").id'), 'c1-stage-boot');
    isQuiet(address);
  },
  async 'hostile text is text'() {
    const address = await page('hostile');
    assert.equal(await browser.evaluate('document.querySelectorAll("img, iframe, script:not(#data):not(:last-of-type)").length'), 0);
    assert.ok(await browser.evaluate('document.body.textContent.includes("</script><img src=x onerror=alert(1)>")'));
    isQuiet(address);
  },
  async 'hostile text is text in the grid and in cells that are built'() {
    const address = await page('hostile-grid', '#c7');
    assert.equal(await visible('main > section'), 1);
    assert.equal(await browser.evaluate('document.querySelectorAll("img, iframe, script:not(#data):not(:last-of-type)").length'), 0);
    for (const scope of ['#grid', '#answer', 'main > section']) {
      assert.ok(await browser.evaluate(`document.querySelector(${JSON.stringify(scope)}).textContent.includes("</script><img src=x onerror=alert(1)>")`), scope);
    }
    isQuiet(address);
  },
  async 'an injected script does not run'() {
    await page('passing');
    await browser.evaluate('{ const script = document.createElement("script"); script.textContent = "window.injected = true"; document.body.append(script); }');
    assert.equal(await browser.evaluate('window.injected'), undefined);
  },
  async 'the grid: filters, no data, one cell at a time'() {
    const address = await page('grid');
    isQuiet(address);
    const all = await visible('#grid td[data-c] a');
    assert.ok(all > 60);
    assert.ok((await visible('#grid td.nodata')) > 0);
    assert.equal(await visible('main > section'), 0);
    await type('#grid', 'lab');
    const lab = await visible('#grid td[data-c] a');
    assert.ok(lab > 0 && lab < all);
    await press('#grid', 'PASS');
    assert.equal(await visible('#grid td[data-c].PASS a'), 0);
    await browser.evaluate('location.hash = "#c2"');
    await browser.evaluate('new Promise((resolve) => setTimeout(resolve, 50))');
    assert.equal(await visible('main > section'), 1);
    isQuiet(address);
  },
  async 'a large report: cells are built, with their tests and plots'() {
    const address = await page('large', '#c10000-test-opencl.kernel_3.matches_reference');
    assert.equal(await visible('main > section'), 1);
    assert.equal(await browser.evaluate('document.querySelector(".current").id'), 'c10000-test-opencl.kernel_3.matches_reference');
    assert.ok((await visible('svg.plot .box')) > 0);
    assert.ok((await visible('svg.plot .trend')) > 0);
    assert.ok((await visible('.stages .bar')) > 10);
    assert.ok((await visible('.matrix.guests tbody tr')) > 4);
    // What is out of sight is filtered in later turns; in the end all is.
    await type('#grid', 'no such thing');
    await settled();
    assert.equal(await visible('#grid td[data-c] a'), 0);
    await type('#grid', '6.12');
    await settled();
    assert.equal(await browser.evaluate('document.querySelectorAll("#grid td[data-c]:not(.off) a").length'), await browser.evaluate('Number(document.querySelector("#grid output").textContent.split(" ")[0])'));
  },
  async 'a failed cell of a large report shows its kernel log there'() {
    const address = await page('large');
    const failed = await browser.evaluate('[...document.querySelectorAll("#grid td.FAIL a")][0].hash');
    await browser.evaluate(`location.hash = ${JSON.stringify(failed)}`);
    await settled();
    assert.ok((await browser.evaluate('document.querySelector("main > section .excerpt").textContent')).includes('not enough MMIO resources'));
    isQuiet(address);
  },
  async 'all that can be done is reachable by keyboard'() {
    await page('grid');
    const names = await browser.evaluate('[...document.querySelectorAll("#grid input, #grid button, #grid td a")].every((node) => node.tabIndex === 0 && (node.textContent || node.getAttribute("aria-label")))');
    assert.ok(names);
    const moved = await browser.evaluate(`{ const link = document.querySelector('#grid td[data-c] a'); link.focus(); link.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true})); document.activeElement !== link && document.activeElement.closest('td[data-c]') !== null; }`);
    assert.ok(moved);
  },
};

let failed = 0;
try {
  await browser.start();
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      console.log('ok      ' + name);
    } catch (error) {
      ++failed;
      console.log('FAILED  ' + name + '\n' + error.stack);
    }
  }
} finally {
  await browser.close();
  rmSync(folder, {recursive: true, force: true});
}
process.exit(failed === 0 ? 0 : 1);
