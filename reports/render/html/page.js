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
  const short = (value) => (Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(3) : String(Number(value.toPrecision(4))));

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

  const filterGrid = () => {
    const grid = document.getElementById('grid');
    if (!grid) return;
    const cells = [...grid.querySelectorAll('td[data-c]')].map((node) => {
      const cell = data.cells[Number(node.dataset.c)];
      return {node, row: node.parentNode, verdict: VERDICTS[cell.v], key: [cell.k, cell.p, cell.m, cell.f].map((index) => (index < 0 ? '' : text(index))).join(' ').toLowerCase(), off: false};
    });
    grid.prepend(filterBar('kernel, platform, module or stage', (words, shown) => {
      const rows = new Map();
      let count = 0;
      for (const cell of cells) {
        const on = shown.has(cell.verdict) && words.every((word) => cell.key.includes(word));
        if (on) ++count;
        if (on === cell.off) {
          cell.off = !on;
          cell.node.classList.toggle('off', !on);
        }
        rows.set(cell.row, rows.get(cell.row) || on);
      }
      for (const [row, on] of rows) if (row.hidden === on) row.hidden = !on;
      return `${count} of ${cells.length} cells`;
    }));
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
      plot.append(svg('text', {x: 62, y: y + 4, 'text-anchor': 'end'}, row.place.slice(0, 12)));
      plot.append(svg('line', {x1: x(least), x2: x(top), y1: y, y2: y, class: 'whisker'}));
      plot.append(svg('rect', {x: x(first), y: y - 7, width: Math.max(x(third) - x(first), 2), height: 14, class: 'box'}));
      plot.append(svg('line', {x1: x(middle), x2: x(middle), y1: y - 9, y2: y + 9, class: 'middle'}));
      plot.append(svg('text', {x: x(top) + 6, y: y + 4}, short(middle)));
    });
    const base = height - 18;
    plot.append(svg('line', {x1: 70, x2: 400, y1: base, y2: base, class: 'axis'}));
    plot.append(svg('text', {x: 70, y: height - 4}, '0'), svg('text', {x: 400, y: height - 4, 'text-anchor': 'end'}, `${short(most)} ${unit}`));
    return plot;
  };

  // The metric's mean over the guests, for each release of the module on the same kernel and platform.
  const historyPlot = (points, unit, label) => {
    const most = Math.max(...points.map((point) => point.value)) || 1;
    const x = (index) => 40 + (index * 360) / Math.max(points.length - 1, 1);
    const y = (value) => 90 - (Math.max(value, 0) / most) * 75;
    const plot = svg('svg', {viewBox: '0 0 480 122', role: 'img', 'aria-label': label, class: 'plot'});
    plot.append(svg('polyline', {points: points.map((point, index) => `${x(index)},${y(point.value)}`).join(' '), class: 'trend'}));
    points.forEach((point, index) => {
      plot.append(svg('circle', {cx: x(index), cy: y(point.value), r: point.here ? 5 : 3, class: 'dot'}));
      plot.append(svg('text', {x: x(index), y: y(point.value) - 8, 'text-anchor': 'middle'}, short(point.value)));
      plot.append(svg('text', {x: x(index), y: 112, 'text-anchor': 'middle'}, point.name.slice(-14)));
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
      const figure = make('figure', {}, make('figcaption', {}, caption), spreadPlot(rows, metrics[0].unit, `${caption}: ${rows.map((row) => row.place + ' ' + short(row.spread[2])).join(', ')} ${metrics[0].unit}`));
      const points = relatives.map((other) => ({name: text(other.m), here: other === cell, all: metricsOf(other).filter((metric) => metric.path === path).map((metric) => metric.spread[2])})).filter((point) => point.all.length > 0).map((point) => ({...point, value: mean(point.all)}));
      if (points.length > 1) figure.append(make('div', {class: 'muted'}, 'Over releases'), historyPlot(points, metrics[0].unit, `${path} over releases: ${points.map((point) => point.name + ' ' + short(point.value)).join(', ')}`));
      return figure;
    });
  };

  const row = (id, name, verdict, ...rest) => {
    const link = make('a', {href: '#' + id}, name);
    return make('tr', {id, 'data-v': VERDICTS[verdict]}, make('th', {scope: 'row', class: 'name'}, link), make('td', {}, badge(verdict)), ...rest.map((value) => make('td', {class: 'wide'}, value)));
  };
  const table = (titles, rows) => make('div', {class: 'scroll'}, make('table', {class: 'stack'}, make('thead', {}, make('tr', {}, ...titles.map((title) => make('th', {scope: 'col'}, title)))), make('tbody', {}, ...rows)));

  // The section of a cell that was not written out.
  const buildCell = (index) => {
    const cell = data.cells[index];
    const anchor = 'c' + (index + 1);
    const title = [cell.k, cell.p, cell.m].map(text).filter(Boolean).join(' · ');
    const section = make('section', {id: anchor}, make('h2', {}, title + ' ', badge(cell.v)));
    if (!cell.hw) section.append(make('p', {class: 'lab'}, cell.p < 0 || !text(cell.p) ? 'Not a hardware result: the platform was not identified' : text(cell.p) === 'none' ? 'No GPU was used: this says whether the module builds and loads, no more' : 'Lab result: the GPU is a stand-in'));
    if (cell.c >= 0) section.append(make('p', {class: 'cause reason ' + VERDICTS[cell.v]}, text(cell.c)));
    const stages = data.stage_shapes[cell.ss].map((name, at) => row(`${anchor}-stage-${slug(text(name))}`, text(name), Number(cell.s[at]), seconds(cell.st[at]), at in cell.sr ? text(cell.sr[at]) : ''));
    section.append(make('h3', {}, 'Stages'), table(['Stage', 'Verdict', 'Time', 'Why'], stages));
    if (cell.i.length > 0) {
      const items = cell.i.map(([id, url, line, severity]) => make('li', {}, text(url) ? make('a', {href: text(url), rel: 'noopener noreferrer'}, text(id)) : text(id), make('span', {class: 'muted'}, ' ' + text(severity)), make('pre', {}, text(line))));
      section.append(make('h3', {}, 'Known issues'), make('ul', {class: 'plain'}, ...items));
    }
    if (cell.h.length > 0) section.append(make('h3', {}, 'History'), table(['Run', 'Verdict', 'Started'], cell.h.map(([run, started, verdict], at) => row(`${anchor}-run-${at}`, text(run), verdict, text(started)))));
    const used = new Set();
    const tests = data.test_shapes[cell.ts].map(([path, place], at) => {
      let id = `${anchor}-test-${slug(text(path))}`;
      while (used.has(id)) id += '-2';
      used.add(id);
      return row(id, text(path), Number(cell.t[at]), places(cell)[place], seconds(cell.tt[at] / 1000), at in cell.tr ? text(cell.tr[at]) : '');
    });
    if (tests.length > 0) section.append(make('h3', {}, 'Tests'), make('div', {class: 'tests'}, table(['Test', 'Verdict', 'Where', 'Time', 'Why'], tests)));
    const figures = plots(index);
    if (figures.length > 0) section.append(make('h3', {}, 'Metrics'), make('div', {class: 'plots'}, ...figures));
    section.append(make('p', {class: 'muted'}, 'Kernel logs and samples are in report.json.'));
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
