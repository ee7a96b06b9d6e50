// The page of the delivery board: draws the tables that it is sent, and tells what is chosen in them. Texts are set as texts, never as HTML.
(() => {
  const host = acquireVsCodeApi();
  const main = document.getElementById('board');
  const summary = document.getElementById('summary');
  const filter = document.getElementById('filter');
  let board = { products: [] };
  let focused = '';

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  const drawCell = (row, cell) => {
    const td = element('td', `cell ${cell.state}`);
    td.setAttribute('role', 'gridcell');
    td.setAttribute('aria-label', cell.spoken);
    td.tabIndex = -1;
    td.dataset.key = `${row.service} ${cell.environment}`;
    td.dataset.service = row.service;
    td.dataset.environment = cell.environment;
    td.dataset.promotes = cell.promotes;
    if (cell.band >= 0) td.classList.add(`band-${cell.band % 6}`);
    if (cell.sameAsPrevious) td.classList.add('joined');
    if (cell.state === 'running') {
      const first = element('div', 'first');
      const mark = element('span', `mark ${cell.health.toLowerCase()}`, cell.mark);
      mark.title = cell.health;
      first.append(mark, element('span', 'release', cell.release || 'no release'));
      const second = element('div', 'second');
      const digest = element('span', 'digest', cell.digest);
      digest.title = cell.wholeDigest;
      second.append(digest, element('span', 'age', cell.age));
      td.append(first, second);
      if (cell.message) {
        const message = element('div', 'message', cell.message);
        message.title = cell.detail || cell.message;
        td.append(message);
      }
      if (cell.drift) td.append(element('div', 'drift', cell.drift));
    } else {
      td.append(element('div', 'quiet', cell.state === 'absent' ? 'not deployed' : '—'));
    }
    if (cell.promotes) td.append(element('div', 'promotes', `→ ${cell.promotes}`));
    if (cell.held) {
      const held = element('div', 'held', cell.held);
      held.title = cell.heldBy;
      td.append(held);
    }
    return td;
  };

  const drawProduct = (product, words) => {
    const rows = product.rows.filter((row) => words.every((word) => rowText(row).includes(word)));
    const table = element('table');
    table.setAttribute('role', 'grid');
    table.setAttribute('aria-label', `${product.name}: services by environments`);
    table.setAttribute('aria-describedby', 'keys');
    const head = element('tr');
    const corner = element('th', 'corner', product.name);
    corner.scope = 'col';
    head.append(corner);
    for (const column of product.columns) {
      const th = element('th', column.protected ? 'protected' : '');
      th.scope = 'col';
      th.append(element('div', 'name', column.label), element('div', 'note', column.note));
      th.title = column.detail || column.note;
      head.append(th);
    }
    const thead = element('thead');
    thead.append(head);
    const tbody = element('tbody');
    for (const row of rows) {
      const tr = element('tr');
      const th = element('th', 'service', row.label);
      th.scope = 'row';
      tr.append(th, ...row.cells.map((cell) => drawCell(row, cell)));
      tbody.append(tr);
    }
    table.append(thead, tbody);
    return { table, count: rows.length };
  };

  const rowText = (row) => [row.label, ...row.cells.map((cell) => `${cell.spoken} ${cell.wholeDigest}`)].join(' ').toLowerCase();

  const cells = () => [...main.querySelectorAll('td.cell')];

  /** One cell of the page is in the tab order: the one that had the focus, or the first. */
  const settleFocus = (take) => {
    const all = cells();
    const kept = all.find((cell) => cell.dataset.key === focused) ?? all[0];
    if (!kept) return;
    kept.tabIndex = 0;
    if (take) kept.focus();
  };

  const draw = () => {
    const hadFocus = main.contains(document.activeElement);
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const drawn = board.products.map((product) => drawProduct(product, words));
    const services = drawn.reduce((sum, { count }) => sum + count, 0);
    const bad = board.products.flatMap(({ rows }) => rows.flatMap((row) => row.cells)).filter(({ health }) => health === 'Degraded').length;
    const told = `${services} ${services === 1 ? 'service' : 'services'}${bad > 0 ? ` · ${bad} not healthy` : ''}`;
    if (summary.textContent !== told) summary.textContent = told;
    const shown = drawn.filter(({ count }) => count > 0).map(({ table }) => table);
    const empty = board.products.length === 0 ? 'No environments are described in this workspace.' : 'No service fits the filter.';
    main.replaceChildren(...(shown.length > 0 ? shown : [element('p', 'quiet', empty)]));
    settleFocus(hadFocus);
  };

  const neighbour = (cell, key) => {
    const row = cell.parentElement;
    const column = [...row.children].indexOf(cell);
    const rows = [...main.querySelectorAll('tbody tr')];
    const at = rows.indexOf(row);
    const columns = row.children.length - 1;
    const targets = {
      ArrowLeft: [at, column - 1],
      ArrowRight: [at, column + 1],
      ArrowUp: [at - 1, column],
      ArrowDown: [at + 1, column],
      Home: [at, 1],
      End: [at, columns],
      PageUp: [Math.max(0, at - 10), column],
      PageDown: [Math.min(rows.length - 1, at + 10), column],
    };
    const target = targets[key];
    if (!target) return undefined;
    const [to, index] = target;
    const found = rows[to]?.children[Math.min(index, (rows[to]?.children.length ?? 1) - 1)];
    return found?.matches('td.cell') ? found : undefined;
  };

  const tell = (type, cell) => host.postMessage({ type, service: cell.dataset.service, environment: cell.dataset.environment });

  main.addEventListener('keydown', (event) => {
    const cell = event.target.closest?.('td.cell');
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = neighbour(cell, event.key);
    if (next) {
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else if (event.key === 'Enter' && !cell.classList.contains('unknown')) {
      tell(cell.classList.contains('running') ? 'details' : 'deploy', cell);
    } else if (event.key.toLowerCase() === 'l' && cell.classList.contains('running')) {
      tell('logs', cell);
    } else if (event.key.toLowerCase() === 'd' && cell.dataset.promotes) {
      tell('deploy', cell);
    } else {
      return;
    }
    event.preventDefault();
  });
  main.addEventListener('focusin', (event) => {
    const cell = event.target.closest?.('td.cell');
    if (cell) focused = cell.dataset.key;
  });
  main.addEventListener('dblclick', (event) => {
    const cell = event.target.closest?.('td.cell.running');
    if (cell) tell('details', cell);
  });
  main.addEventListener('click', (event) => {
    const cell = event.target.closest?.('td.cell');
    if (cell && event.target.classList.contains('promotes')) tell('deploy', cell);
  });
  filter.addEventListener('input', draw);
  window.addEventListener('message', ({ data }) => {
    if (data?.type !== 'board') return;
    board = data.board;
    draw();
  });
  host.postMessage({ type: 'ready' });
})();
