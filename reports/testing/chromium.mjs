// Drives a headless Chromium through its debugging pipe (Chrome DevTools Protocol): no package beyond Node itself.
import {spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export const findChromium = () => ['chromium', 'chromium-browser', 'google-chrome'].find((name) => spawnSync(name, ['--version']).status === 0);

export class Chromium {
  constructor(program) {
    this.profile = mkdtempSync(join(tmpdir(), 'vfqual-chromium-'));
    // The page is our own file and is opened without a network; root in a container has no sandbox to use.
    this.process = spawn(program, ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--remote-debugging-pipe', '--user-data-dir=' + this.profile, '--no-first-run', '--disable-extensions', '--disable-component-update', '--disable-background-networking'], {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
    this.next = 1;
    this.waiting = new Map();
    this.events = [];
    let rest = Buffer.alloc(0);
    this.process.stdio[4].on('data', (piece) => {
      rest = Buffer.concat([rest, piece]);
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        this.receive(JSON.parse(rest.subarray(0, end).toString()));
        rest = rest.subarray(end + 1);
      }
    });
  }

  receive(message) {
    if (!message.id) return this.events.push(message);
    const {resolve, reject} = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.error) reject(new Error(message.error.message));
    else resolve(message.result);
  }

  send(method, params = {}, session = this.session) {
    const id = this.next++;
    this.process.stdio[3].write(JSON.stringify({id, method, params, sessionId: session}) + '\0');
    return new Promise((resolve, reject) => this.waiting.set(id, {resolve, reject}));
  }

  async start() {
    const {targetId} = await this.send('Target.createTarget', {url: 'about:blank'});
    const {sessionId} = await this.send('Target.attachToTarget', {targetId, flatten: true});
    this.session = sessionId;
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await this.send(domain + '.enable');
  }

  // Opens the address and waits until the page's script is done; the milliseconds it took.
  async open(address) {
    this.events = [];
    await this.send('Page.navigate', {url: 'about:blank'});
    const begin = performance.now();
    await this.send('Page.navigate', {url: address});
    while (!(await this.evaluate('document.documentElement?.dataset.ready === "yes"'))) {
      if (performance.now() - begin > 60000) throw new Error('the page was not ready within 60 s');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return performance.now() - begin;
  }

  async evaluate(expression) {
    const {result, exceptionDetails} = await this.send('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true});
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description || exceptionDetails.text);
    return result.value;
  }

  // What went to the console, and requests beyond the page itself.
  complaints(address) {
    const found = [];
    for (const {method, params} of this.events) {
      if (method === 'Runtime.exceptionThrown') found.push('exception: ' + params.exceptionDetails.exception?.description);
      if (method === 'Runtime.consoleAPICalled') found.push('console: ' + JSON.stringify(params.args));
      if (method === 'Log.entryAdded') found.push('log: ' + params.entry.text);
      if (method === 'Network.requestWillBeSent') {
        const url = params.request.url;
        if (url !== address.split('#')[0] && url !== 'about:blank' && !url.startsWith('data:')) found.push('request: ' + url);
      }
    }
    return found;
  }

  // What the page is shown on: its size in pixels, light or dark, 'screen' or 'print'.
  async emulate({width, height, dark = false, media = 'screen'}) {
    await this.send('Emulation.setDeviceMetricsOverride', {width, height, deviceScaleFactor: 1, mobile: width < 600});
    await this.send('Emulation.setEmulatedMedia', {media, features: [{name: 'prefers-color-scheme', value: dark ? 'dark' : 'light'}]});
  }

  async screenshot() {
    return Buffer.from((await this.send('Page.captureScreenshot', {format: 'png'})).data, 'base64');
  }

  async print() {
    return Buffer.from((await this.send('Page.printToPDF', {printBackground: true, preferCSSPageSize: true})).data, 'base64');
  }

  async close() {
    const ended = new Promise((resolve) => this.process.on('exit', resolve));
    this.process.kill();
    await ended;
    // Its child processes end a little later, and write to the profile until then.
    for (let tries = 0; ; ++tries) {
      try {
        return rmSync(this.profile, {recursive: true, force: true});
      } catch (error) {
        if (tries === 40) throw error;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  }
}
