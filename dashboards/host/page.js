// What a host page does with the boards: it listens, and it sets filters.
const said = document.getElementById('events');
const boards = [...document.querySelectorAll('alturas-board')];

for (const board of boards)
  for (const name of ['filter', 'drill', 'token-expiring'])
    board.addEventListener(name, (event) => {
      said.textContent = `${board.id}: ${name} ${JSON.stringify(event.detail ?? {})}`;
    });

document.getElementById('line').addEventListener('change', ({ target }) => {
  for (const board of boards) board.setFilters(target.value === '' ? {} : { line: [target.value] });
});
