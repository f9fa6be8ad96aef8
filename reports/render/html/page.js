// What report.html adds where scripts run: filters, one cell at a time, plots, and the cells of a report that is too large to
// be written out. All text enters the page as text, never as markup.
(() => {
  'use strict';
  const VERDICTS = ['FAIL', 'ERROR', 'MISS', 'PASS', 'DONE', 'SKIP'];
  const SIGNS = ['✗', '!', '?', '✓', '●', '–'];
  const data = JSON.parse(document.getElementById('data').textContent);
  const text = (index) => data.strings[index];

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const badge = (verdict) => {
    const sign = make('span', {'aria-hidden': 'true'}, SIGNS[verdict]);
    return make('span', {class: 'verdict ' + VERDICTS[verdict]}, sign, VERDICTS[verdict]);
  };
  const slug = (name) => name.replace(/[^A-Za-z0-9_.]+/g, '-').replace(/^-/, '').slice(0, 80);
  const seconds = (value) => (value < 1 ? Math.round(value * 1000) + ' ms' : value.toFixed(1) + ' s');
  const bounded = (value, limit) => (value.length > limit ? value.slice(0, limit - 1) + '…' : value);
  const short = (value) => (Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(3) : String(Number(value.toPrecision(4))));

  const scaled = (value, unit, steps) => {
    const [factor, name] = steps.find(([from]) => Math.abs(value) >= from) || steps[steps.length - 1];
    return `${short(value / factor)} ${name}${unit}`;
  };
  // As the tables have it: render/format.cc.
  const quantity = (value, unit) => {
    if (unit === 'B' || unit === 'B/s') return scaled(value, unit, [[1e15, 'P'], [1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k'], [1, '']]);
    if (unit === 's' && value > 0 && value < 1) return scaled(value, unit, [[1e-3, 'm'], [1e-6, 'µ'], [1e-9, 'n']]);
    return unit && unit !== '1' ? `${short(value)} ${unit}` : short(value);
  };

  // A bar with a search field and a button for each verdict; on_change gets the words and the set of verdicts shown.
  const filterBar = (label, onChange) => {
    const shown = new Set(VERDICTS);
    const input = make('input', {type: 'search', placeholder: label, 'aria-label': label});
    const count = make('output', {class: 'muted'});
    const update = () => {
      count.textContent = onChange(input.value.toLowerCase().split(/\s+/).filter(Boolean), shown);
    };
    input.addEventListener('input', update);
    const buttons = VERDICTS.map((verdict, index) => {
      const button = make('button', {type: 'button', class: 'verdict ' + verdict, 'aria-pressed': 'true', 'data-verdict': verdict}, SIGNS[index] + ' ' + verdict);
      button.addEventListener('click', () => {
        const on = !shown.delete(verdict);
        if (on) shown.add(verdict);
        button.setAttribute('aria-pressed', String(on));
        update();
      });
      return button;
    });
    return make('div', {class: 'filter', role: 'search'}, input, ...buttons, count);
  };

  // The grid may hold 10,000 cells: whether one is shown is worked out on its numbers, and only what changed is written. What
  // is out of sight is written in later turns, so that what is in sight answers at once.
  const filterGrid = () => {
    const grid = document.getElementById('grid');
    if (!grid) return;
    const names = new Map();
    const releases = [...grid.querySelectorAll('.release')].map((node) => ({
      node,
      rows: [...node.querySelectorAll('tbody tr')].map((row) => ({
        row,
        cells: [...row.querySelectorAll('td[data-c]')].map((field) => {
          const cell = data.cells[Number(field.dataset.c)];
          const texts = [cell.k, cell.p, cell.m, cell.f].filter((index) => index >= 0);
          for (const index of texts) names.set(index, text(index).toLowerCase());
          return {field, texts, verdict: VERDICTS[cell.v], off: false};
        }),
      })),
    }));
    const all = releases.reduce((sum, {rows}) => sum + rows.reduce((cells, row) => cells + row.cells.length, 0), 0);
    const write = ({rows}) => {
      for (const {row, cells} of rows) {
        const hidden = !cells.some((cell) => cell.on);
        if (row.hidden !== hidden) row.hidden = hidden;
        for (const cell of cells) {
          if (cell.off !== !cell.on) cell.field.classList.toggle('off', (cell.off = !cell.on));
        }
      }
    };
    let waiting = [];
    let turn = 0;
    const writeNext = () => {
      const release = waiting.shift();
      if (!release) return;
      write(release);
      turn = setTimeout(writeNext);
    };
    const filter = (words, shown) => {
      const having = words.map((word) => new Set([...names].filter(([, name]) => name.includes(word)).map(([index]) => index)));
      let count = 0;
      for (const release of releases) {
        const before = count;
        for (const {cells} of release.rows) {
          for (const cell of cells) {
            cell.on = shown.has(cell.verdict) && having.every((set) => cell.texts.some((index) => set.has(index)));
            if (cell.on) ++count;
          }
        }
        release.any = count > before;
        release.above = all > 2000 && release.node.getBoundingClientRect().bottom < 0;
      }
      for (const {node, any} of releases) if (node.hidden === any) node.hidden = !any;
      const first = releases.filter(({any, above}) => any && !above);
      const now = all > 2000 ? first.slice(0, 2) : releases;
      now.forEach(write);
      clearTimeout(turn);
      waiting = releases.filter((release) => !now.includes(release));
      turn = setTimeout(writeNext, 30);
      return `${count} of ${all} cells`;
    };
    window.addEventListener('beforeprint', () => waiting.splice(0).forEach(write));
    grid.querySelector('h2').after(filterBar('kernel, platform, module or stage', filter));
    // From cell to cell with the arrow keys.
    grid.addEventListener('keydown', (event) => {
      const field = event.target.closest('td[data-c]');
      const step = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
      if (!field || !step || event.ctrlKey || event.altKey || event.metaKey) return;
      let row = field.parentNode;
      let column = field.cellIndex;
      do {
        column += step[1];
        if (step[0]) row = step[0] < 0 ? row.previousElementSibling : row.nextElementSibling;
      } while (row && row.cells[column] && (row.hidden || !row.cells[column].matches('td[data-c]:not(.off)')));
      const link = row && row.cells[column] && row.cells[column].querySelector('a');
      if (!link) return;
      event.preventDefault();
      link.focus();
    });
  };

  const filterTests = (section) => {
    const rows = [...section.querySelectorAll('tr[data-v]')].map((row) => ({row, verdict: row.dataset.v, key: row.textContent.toLowerCase()}));
    const place = section.querySelector('.tests');
    if (!place || rows.length < 2 || place.querySelector('.filter')) return;
    place.prepend(filterBar('name or reason of a test', (words, shown) => {
      let count = 0;
      for (const {row, verdict, key} of rows) {
        const on = shown.has(verdict) && words.every((word) => key.includes(word));
        if (on) ++count;
        if (row.hidden === on) row.hidden = !on;
      }
      return `${count} of ${rows.length} tests`;
    }));
  };

  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const places = (cell) => ['host', ...cell.g.map(text)];

  // One line a guest: from the least to the most sample, with a box from the first to the third quartile.
  const spreadPlot = (rows, unit, label) => {
    const most = Math.max(...rows.map((row) => row.spread[4]), 0) || 1;
    const height = rows.length * 26 + 22;
    const x = (value) => 70 + (Math.max(value, 0) / most) * 330;
    const plot = svg('svg', {viewBox: `0 0 480 ${height}`, role: 'img', 'aria-label': label, class: 'plot'});
    rows.forEach((row, index) => {
      const y = index * 26 + 14;
      const [least, first, middle, third, top] = row.spread;
      plot.append(svg('text', {x: 62, y: y + 4, 'text-anchor': 'end'}, bounded(row.place, 10)));
      plot.append(svg('line', {x1: x(least), x2: x(top), y1: y, y2: y, class: 'whisker'}));
      plot.append(svg('rect', {x: x(first), y: y - 7, width: Math.max(x(third) - x(first), 2), height: 14, class: 'box'}));
      plot.append(svg('line', {x1: x(middle), x2: x(middle), y1: y - 9, y2: y + 9, class: 'middle'}));
      plot.append(svg('text', {x: x(top) + 6, y: y + 4}, quantity(middle, unit)));
    });
    const base = height - 18;
    plot.append(svg('line', {x1: 70, x2: 400, y1: base, y2: base, class: 'axis'}));
    plot.append(svg('text', {x: 70, y: height - 4}, '0'), svg('text', {x: 400, y: height - 4, 'text-anchor': 'end'}, quantity(most, unit)));
    return plot;
  };

  // The metric's mean over the guests, for each release of the module on the same kernel and platform.
  const historyPlot = (points, unit, label) => {
    const most = Math.max(...points.map((point) => point.value)) || 1;
    const x = (index) => 40 + (index * 360) / Math.max(points.length - 1, 1);
    const y = (value) => 90 - (Math.max(value, 0) / most) * 65;
    const plot = svg('svg', {viewBox: '0 0 480 122', role: 'img', 'aria-label': label, class: 'plot'});
    plot.append(svg('polyline', {points: points.map((point, index) => `${x(index)},${y(point.value)}`).join(' '), class: 'trend'}));
    points.forEach((point, index) => {
      plot.append(svg('circle', {cx: x(index), cy: y(point.value), r: point.here ? 5 : 3, class: 'dot'}));
      plot.append(svg('text', {x: x(index), y: y(point.value) - 8, 'text-anchor': 'middle'}, quantity(point.value, unit)));
      plot.append(svg('text', {x: x(index), y: 112, 'text-anchor': 'middle'}, bounded(point.name.split(' ').pop(), 14)));
    });
    return plot;
  };

  const metricsOf = (cell) => data.metric_shapes[cell.xs].map(([path, unit, place], index) => ({path: text(path), unit: text(unit), place, spread: cell.x.slice(index * 5, index * 5 + 5)})).filter((metric) => metric.spread[2] !== null);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  const plots = (index) => {
    const cell = data.cells[index];
    const byPath = new Map();
    for (const metric of metricsOf(cell)) byPath.set(metric.path, [...(byPath.get(metric.path) || []), metric]);
    const relatives = data.cells.filter((other) => other.k === cell.k && other.p === cell.p);
    return [...byPath].slice(0, 40).map(([path, metrics]) => {
      const values = metrics.filter((metric) => metric.place > 0).map((metric) => metric.spread[2]);
      const squares = values.reduce((sum, value) => sum + value * value, 0);
      // Jain's index: 1 where all guests get the same, 1/n where one gets all.
      const fairness = values.length > 1 && squares > 0 ? (mean(values) * values.length) ** 2 / (values.length * squares) : null;
      const caption = path + (fairness === null ? '' : `, fairness ${fairness.toFixed(3)} (Jain)`);
      const rows = metrics.map((metric) => ({place: places(cell)[metric.place], spread: metric.spread}));
      const figure = make('figure', {}, make('figcaption', {}, caption), spreadPlot(rows, metrics[0].unit, `${caption}: ${rows.map((row) => row.place + ' ' + quantity(row.spread[2], metrics[0].unit)).join(', ')}`));
      const points = relatives.map((other) => ({name: text(other.m), here: other === cell, all: metricsOf(other).filter((metric) => metric.path === path).map((metric) => metric.spread[2])})).filter((point) => point.all.length > 0).map((point) => ({...point, value: mean(point.all)}));
      if (points.length > 1) figure.append(make('div', {class: 'muted'}, 'Over releases'), historyPlot(points, metrics[0].unit, `${path} over releases: ${points.map((point) => point.name + ' ' + quantity(point.value, metrics[0].unit)).join(', ')}`));
      return figure;
    });
  };

  const table = (kind, titles, rows) => make('div', {class: 'scroll'}, make('table', {class: kind}, make('thead', {}, make('tr', {}, ...titles.map((title) => make('th', {scope: 'col'}, title)))), make('tbody', {}, ...rows)));
  const nameCell = (id, name) => make('th', {scope: 'row', class: 'name'}, make('a', {href: '#' + id}, name));
  const result = (verdict, time, why) => make('td', {}, badge(verdict), make('span', {class: 'muted'}, time), ...(why ? [make('div', {class: 'reason'}, why)] : []));
  const stagesOf = ([shape, verdicts, times, starts, reasons]) => data.stage_shapes[shape].map((name, at) => ({name: text(name), verdict: Number(verdicts[at]), time: times[at], start: starts[at], why: at in reasons ? text(reasons[at]) : ''}));

  // The stages with their timeline, and the guests side by side.
  const stageTables = (cell, anchor) => {
    const guests = cell.gs.map(stagesOf);
    const stages = stagesOf(cell.s);
    const total = Math.max(...[stages, ...guests].flat().filter(({start}) => start >= 0).map(({start, time}) => start + time), 0.001);
    const bar = ({verdict, time, start}, who) => {
      const inner = make('div', {class: 'bar ' + VERDICTS[verdict]});
      inner.style.left = `${Math.min((start / total) * 100, 99.5)}%`;
      inner.style.width = `${(time / total) * 100}%`;
      return make('div', {class: 'track', title: `${who ? who + ': ' : ''}${seconds(time)} ${VERDICTS[verdict]}`}, inner);
    };
    const rows = stages.map((stage) => {
      const id = `${anchor}-stage-${slug(stage.name)}`;
      const own = guests.map((list, at) => [list.find(({name}) => name === stage.name), places(cell)[at + 1]]).filter(([found]) => found && found.start >= 0);
      const bars = (own.length > 0 ? own : [[stage, '']]).filter(([span]) => span.start >= 0).map(([span, who]) => bar(span, who));
      return make('tr', {id}, nameCell(id, stage.name), make('td', {}, badge(stage.verdict)), make('td', {class: 'number'}, stage.start >= 0 ? seconds(stage.time) : ''), make('td', {class: 'time wide'}, ...bars), make('td', {class: 'wide reason'}, stage.why));
    });
    const parts = [make('h3', {}, 'Stages'), table('stages stack', ['Stage', 'Verdict', 'Time', 'When', 'Why'], rows)];
    if (guests.length > 0) {
      const side = guests[0].map(({name}, at) => make('tr', {}, make('th', {scope: 'row'}, name), ...guests.map((list) => (list[at] ? result(list[at].verdict, list[at].start >= 0 ? seconds(list[at].time) : '', list[at].why) : make('td', {})))));
      parts.push(make('h3', {}, 'Guests'), table('matrix guests', ['Guest', ...places(cell).slice(1)], side));
    }
    return parts;
  };

  const testTables = (cell, anchor) => {
    const tests = data.test_shapes[cell.ts].map(([path, place], at) => ({path: text(path), place, verdict: Number(cell.t[at]), time: seconds(cell.tt[at] / 1000), why: at in cell.tr ? text(cell.tr[at]) : ''}));
    if (tests.length === 0) return [];
    const used = new Set();
    const unique = (path) => {
      const wanted = `${anchor}-test-${slug(path)}`;
      let id = wanted;
      for (let number = 2; used.has(id); ++number) id = `${wanted}-${number}`;
      used.add(id);
      return id;
    };
    const line = (path, cells, worst) => {
      const id = unique(path);
      return make('tr', {id, 'data-v': VERDICTS[worst]}, nameCell(id, path), ...cells);
    };
    const host = tests.filter(({place}) => place === 0).map(({path, verdict, time, why}) => line(path, [make('td', {}, badge(verdict)), make('td', {class: 'number'}, time), make('td', {class: 'wide reason'}, why)], verdict));
    const byPath = new Map();
    for (const test of tests) if (test.place > 0) byPath.set(test.path, [...(byPath.get(test.path) || []), test]);
    const guests = [...byPath].map(([path, found]) => line(path, cell.g.map((name, at) => {
      const test = found.find(({place}) => place === at + 1);
      return test ? result(test.verdict, test.time, test.why) : make('td', {class: 'none'}, 'no result');
    }), Math.min(...found.map(({verdict}) => verdict))));
    const parts = [];
    if (host.length > 0) parts.push(make('h4', {}, 'On the host'), table('stack', ['Test', 'Verdict', 'Time', 'Why'], host));
    if (guests.length > 0) parts.push(make('h4', {}, 'In the guests'), table('matrix', ['Test', ...places(cell).slice(1)], guests));
    return [make('h3', {}, 'Tests'), make('div', {class: 'tests'}, ...parts)];
  };

  const issueLists = (cell) => {
    const item = ([id, url, line]) => make('li', {}, text(url) ? make('a', {href: text(url), rel: 'noopener noreferrer'}, text(id)) : make('strong', {}, text(id)), make('pre', {}, text(line)));
    const benign = cell.i.filter(([, , , severity]) => text(severity) === 'benign');
    const others = cell.i.filter((issue) => !benign.includes(issue));
    const parts = [];
    if (others.length > 0) parts.push(make('h3', {}, 'Known issues'), make('ul', {class: 'plain'}, ...others.map(item)));
    if (benign.length > 0) parts.push(make('details', {}, make('summary', {}, `Harmless messages: ${benign.length}`), make('div', {class: 'inside'}, make('ul', {class: 'plain'}, ...benign.map(item)))));
    return parts;
  };

  // The section of a cell that was not written out: the same parts in the same order as cell_section.cc.
  const buildCell = (index) => {
    const cell = data.cells[index];
    const anchor = 'c' + (index + 1);
    const title = [cell.k, cell.p, cell.m].map(text).filter(Boolean).join(' · ');
    const section = make('section', {id: anchor}, make('p', {class: 'back'}, make('a', {href: '#grid'}, '↑ Kernels × platforms')), make('h2', {}, title + ' ', badge(cell.v)));
    if (!cell.hw) section.append(make('p', {class: 'lab'}, cell.p < 0 || !text(cell.p) ? 'Not a hardware result: the platform was not identified' : text(cell.p) === 'none' ? 'No GPU was used: this says whether the module builds and loads, no more' : 'Lab result: the GPU is a stand-in'));
    if (cell.c >= 0) section.append(make('p', {class: 'cause reason ' + VERDICTS[cell.v]}, text(cell.c)));
    if (cell.e.length > 0) section.append(make('p', {class: 'muted'}, 'Kernel log there:'), make('pre', {class: 'excerpt'}, cell.e.map(text).join('\n')));
    section.append(...issueLists(cell), ...stageTables(cell, anchor));
    if (cell.h.length > 0) section.append(make('h3', {}, 'History'), table('stack', ['Run', 'Verdict', 'Started'], cell.h.map(([run, started, verdict]) => make('tr', {}, make('th', {scope: 'row'}, text(run)), make('td', {}, badge(verdict)), make('td', {class: 'wide'}, text(started))))));
    section.append(...testTables(cell, anchor));
    const figures = plots(index);
    if (figures.length > 0) section.append(make('h3', {}, 'Metrics'), make('div', {class: 'plots'}, ...figures));
    section.append(make('p', {class: 'muted'}, 'The whole kernel log and all samples are in report.json.'));
    return section;
  };

  const main = document.querySelector('main');
  let built = null;
  // With several cells only the one in the address is shown, below the grid.
  const showTarget = () => {
    let id = '';
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const match = /^c([0-9]+)(-|$)/.exec(id);
    const index = match ? Number(match[1]) - 1 : -1;
    if (data.built && index in data.cells && (!built || built.id !== 'c' + (index + 1))) {
      if (built) built.remove();
      built = buildCell(index);
      main.append(built);
      filterTests(built);
    }
    if (data.cells.length > 1) {
      for (const section of main.querySelectorAll(':scope > section')) section.classList.toggle('away', section.id !== 'c' + (index + 1));
    }
    const target = document.getElementById(id);
    if (!target) return;
    for (const open of main.querySelectorAll('.current')) open.classList.remove('current');
    target.classList.add('current');
    target.scrollIntoView();
  };

  filterGrid();
  if (!data.built) {
    document.querySelectorAll('main > section').forEach((section, index) => {
      filterTests(section);
      const place = section.querySelector('.plots');
      if (place) place.append(...plots(index));
    });
  }
  window.addEventListener('hashchange', showTarget);
  showTarget();
  document.documentElement.dataset.ready = 'yes';
})();
