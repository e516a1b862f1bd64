import type { ClientsResponse } from '../../../functions/serve/api.ts';
import { tell } from '../../app/events.ts';
import type { Setting } from '../../app/setting.ts';
import { Figures } from '../../format/figures.ts';
import { capital } from '../../format/text.ts';
import { type TableModel, wordCell } from '../../parts/table.ts';
import { clientWords } from './words.ts';

/** Clients of one code in several companies, each with what it owes in its company's own money: one is opened. */
export function chooseTable(
  from: EventTarget,
  setting: Setting,
  clients: ClientsResponse['clients'],
): TableModel {
  const { words, language } = setting;
  const own = clientWords(language);
  const money = (value: string, currency: string) => {
    const figures = new Figures(language, currency, false, setting.currency);
    return {
      show: figures.money(value),
      text: figures.paste(value),
      sort: Number(value),
      among: currency,
    };
  };
  return {
    caption: capital(words.dimensions.client),
    columns: [
      { head: capital(words.dimensions.company) },
      { head: capital(words.dimensions.client) },
      { head: own.figures.gross, end: true },
      { head: own.figures.overdue, end: true },
    ],
    lines: clients.map(({ id, company, name, open, overdue, currency }) => ({
      key: id,
      cells: [
        wordCell(setting.label('company', company)),
        wordCell(name),
        money(open, currency),
        money(overdue, currency),
      ],
      open: () => tell(from, 'alturas-go', { to: { own: { client: id } } }),
    })),
  };
}
