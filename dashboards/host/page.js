// What a host page does with the boards: it listens, and it sets filters.
const said = document.getElementById('events');
const EVENTS_SHOWN = 12;
const boards = [...document.querySelectorAll('alturas-board')];

for (const board of boards)
  for (const name of ['filter', 'drill', 'token-expiring', 'error'])
    board.addEventListener(name, (event) => {
      said.textContent = [`${board.id}: ${name} ${JSON.stringify(event.detail ?? {})}`, ...said.textContent.split('\n')]
        .slice(0, EVENTS_SHOWN)
        .join('\n');
    });

document.getElementById('line').addEventListener('change', ({ target }) => {
  for (const board of boards) board.setFilters(target.value === '' ? {} : { line: [target.value] });
});
